export { BrokerHandle } from './broker-handle'
export { coordinatorPartition } from './coordinator-partition'
export { PartitionHandle } from './partition-handle'
