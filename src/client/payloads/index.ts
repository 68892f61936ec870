export { checkGroup, checkTopic } from './fan-out'
export type { FetchOptions, FetchPayload, FetchResponse } from './fetch'
export type { OffsetPayload, OffsetResponse } from './list-offsets'
export {
  createMessage,
  createMessageSet,
  type MessageExtras,
  type MessageSet,
  type MessageSetOptions,
} from './message'
export type { CommitIdentity, OffsetCommitPayload, OffsetCommitResponse } from './offset-commit'
export type { OffsetFetchPayload, OffsetFetchResponse } from './offset-fetch'
export { commitOptions, fetchOptions, payloadOptions, produceOptions, requestOptions } from './options'
export type { Acks, ProduceOptions, ProducePayload, ProduceResponse } from './produce'
export {
  sendFetch,
  sendListOffsets,
  sendOffsetCommit,
  sendOffsetFetch,
  sendProduce,
  type PayloadOptions,
} from './send'
