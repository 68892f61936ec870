export { PartitionLog, type Logged, type Taken } from './partition-log'
export { ProduceCluster, type Fault, type ScriptedPartition } from './produce-cluster'
