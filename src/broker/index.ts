export { VirtualClock, seededRandom, type Clock, type Random } from '../kernel'
export { MemoryNetwork } from '../network'
export type { BrokerEndpoint } from './cluster'
export { EmbeddedKafka } from './embedded-kafka'
export { describeEvent, type BrokerEvent } from './events'
export {
  answerWith,
  closeConnection,
  cutAnswer,
  delayAnswer,
  delayRequest,
  dropAnswer,
  duplicate,
  failAfterwards,
  throttle,
  type ErrorTarget,
  type Fault,
  type FaultConditions,
  type FaultRun,
  type Faults,
  type SetFault,
} from './faults'
export type { GroupView } from './groups'
export type { BrokerHandle, PartitionHandle } from './handles'
export type { LoggedRequest, RequestLog, SeenRequest } from './inspect'
export type { ConfigValue, EmbeddedKafkaOptions, TopicOptions } from './options'
export type { Release } from './profile'
export type { Pace } from './server'
export type { TransactionView } from './transactions'
