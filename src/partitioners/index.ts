export { hashed } from './hashed'
export { murmur2 } from './murmur2'
export type { ChoosePartition, Partitioner } from './partitioner'
export { roundRobin } from './round-robin'
