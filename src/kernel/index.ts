export * from './errors'
export * from './transaction-errors'
export * from './processing-errors'
export * from './send-errors'
export * from './position-errors'
export { abortController } from './abort-controller'
export { systemClock, type Clock, type Timer } from './clock'
export { VirtualClock } from './virtual-clock'
export { seededRandom, systemRandom, type Random } from './random'
export { checkInt64, checkOffset, Long, toBigInt, toLong, type Int64Input } from './int64'
export { compressionTypes, type Codec, type CodecLookup, type CompressionType } from './codec'
export {
  byTopic,
  partitionKey,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Bytes,
  type Headers,
  type Message,
  type ReceivedMessage,
  type TopicPartition,
} from './messages'
export { isPromiseLike } from './promise-like'
export { receivedJson } from './received-json'
export { crc32c } from './bytes/crc32c'
export { MalformedBytes } from './bytes/malformed'
export { BufferPool, classOf } from './bytes/pool'
export { Reader } from './bytes/reader'
export { Writer } from './bytes/writer'
export {
  byteCount,
  collaborator,
  count,
  flag,
  milliseconds,
  oneOf,
  Option,
  optional,
  settle,
  text,
  type ForeignNames,
  type OptionsOf,
  type OptionTable,
  type Settled,
  type Shown,
} from './options'
export { hint } from './nearest'
export { plain } from './plain'
export { debugLog, type DebugLog } from './debug-log'
export { LastingTrouble } from './lasting-trouble'
