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
export {
  commitOptions,
  fetchOptions,
  offsetOptions,
  payloadOptions,
  produceOptions,
  requestOptions,
} from './options'
export type { Acks, ProduceOptions, ProducePayload, ProduceResponse } from './produce'
export {
  sendFetch,
  sendListOffsets,
  sendOffsetCommit,
  sendOffsetFetch,
  sendProduce,
  type OffsetOptions,
  type PayloadOptions,
} from './send'
