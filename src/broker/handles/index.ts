export { BrokerHandle } from './broker-handle'
export { PartitionHandle } from './partition-handle'
