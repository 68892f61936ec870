export { BrokerHandle } from './broker-handle'
export { moveLeader } from './move-leader'
export { PartitionHandle } from './partition-handle'
