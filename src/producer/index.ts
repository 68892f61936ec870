export type { BatchReport, ProducerEvent } from './event'
export type { GivenOptions, ProducerOptions, SerializingOptions } from './options'
export type { OutgoingMessage } from './outgoing'
export { Producer } from './producer'
export type { Receipt } from './receipt'
export type { OnError, SendAllOptions } from './send-all-options'
export type {
  PassingMessage,
  PassThroughOf,
  PulledSource,
  SendAllResult,
  SentMessage,
  UnsentMessage,
} from './send-all-types'
export type { KeyMaker, Serializer } from './serializer'
export type { GroupMetadata, Transaction, TransactionOffset, TransactionWork } from './transactions'
