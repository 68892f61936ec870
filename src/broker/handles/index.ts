export { BrokerHandle } from './broker-handle'
export { coordinatorPartition } from './coordinator-partition'
export { moveLeader } from './move-leader'
export { PartitionHandle } from './partition-handle'
