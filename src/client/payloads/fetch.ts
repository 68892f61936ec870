import {
  ArgumentError,
  byTopic,
  checkInt64,
  KafkaError,
  MessageTooLargeError,
  partitionKey,
  toBigInt,
  type Int64Input,
  type ReceivedMessage,
  type TopicPartition,
} from '../../kernel'
import { codecs } from '../../compression'
import { brokerError, Fetch, readBatches, type FetchResponse as FetchAnswer } from '../../protocol'
import type { Answer, Sending } from '../broker'
import type { Outcome } from './fan-out'

/** Where to read from in one partition. */
export interface FetchPayload extends TopicPartition {
  readonly offset: Int64Input
  /** At most this many bytes, but at least one batch where the broker can. Default 1 MiB. */
  readonly maxBytes?: number
}

export interface FetchResponse extends TopicPartition {
  readonly error: KafkaError | null
  /** Offset after the last message that all in-sync replicas have. */
  readonly highWatermark: bigint
  /** Offset up to which transactions are decided; -1n from brokers that do not tell. */
  readonly lastStableOffset: bigint
  /** First offset still kept; -1n from brokers that do not tell. */
  readonly logStartOffset: bigint
  /** Messages from the wanted offset on, without control records. */
  readonly messages: readonly ReceivedMessage[]
  /** Where to go on reading: after the last batch, which may have ended in records that are not messages. */
  readonly nextOffset: bigint
}

export interface FetchOptions {
  /** How long the broker may wait for `minBytes`, in ms. Default 500. */
  readonly maxWaitMs?: number
  /** Default 1: answer as soon as there is anything. */
  readonly minBytes?: number
  /** For the whole answer, in bytes. Default 50 MiB. */
  readonly maxBytes?: number
  /** `read_committed` leaves out what is not decided yet (aborted messages are not filtered here). Default `read_uncommitted`. */
  readonly isolationLevel?: 'read_uncommitted' | 'read_committed'
  /** false: errors of single partitions come back as data. Default true: FailedPayloadsError. */
  readonly failOnError?: boolean
  /** For the whole call, in ms. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

const fetchDefaults = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 50 * 1024 * 1024,
  partitionMaxBytes: 1024 * 1024,
}

export interface ReadyFetch extends TopicPartition {
  readonly offset: bigint
  readonly maxBytes: number
}

export function readyFetch(payload: FetchPayload, index: number): ReadyFetch {
  const { topic, partition, maxBytes = fetchDefaults.partitionMaxBytes } = payload
  const argument = `sendFetchRequest payloads[${index}]`
  const offset = checkInt64(`${argument}.offset`, payload.offset)
  if (offset < 0n) {
    throw new ArgumentError(
      `${argument}.offset`,
      offset,
      'an offset from 0; sendOffsetRequest finds the ends of the log',
    )
  }
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw new ArgumentError(`${argument}.maxBytes`, maxBytes, 'a whole number of bytes from 1')
  }
  return { topic, partition, maxBytes, offset }
}

/** One Fetch request for payloads of different partitions, without a session. */
export function fetchSending(payloads: readonly ReadyFetch[], options: FetchOptions): Sending<typeof Fetch> {
  const {
    maxWaitMs = fetchDefaults.maxWaitMs,
    minBytes = 1,
    maxBytes = fetchDefaults.maxBytes,
    isolationLevel,
  } = options
  return {
    api: Fetch,
    purpose: 'fetch:client',
    heldMs: maxWaitMs,
    maxVersion: 12,
    body: version => ({
      maxWaitMs,
      minBytes,
      ...(version >= 3 ? { maxBytes } : {}),
      ...(version >= 4 ? { isolationLevel: isolationLevel === 'read_committed' ? 1 : 0 } : {}),
      topics: [...byTopic(payloads)].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ partition, offset, maxBytes: partitionMaxBytes }) => ({
          partition,
          fetchOffset: offset,
          partitionMaxBytes,
        })),
      })),
    }),
  }
}

/** What the answer says of each partition; record batches are read here, up to `maxDecompressedBytes` each. */
export function fetchOutcomes(
  { response, version, broker }: Answer<typeof Fetch>,
  payloads: readonly ReadyFetch[],
  maxDecompressedBytes: number,
): Map<string, Outcome<FetchResponse>> {
  const wanted = new Map(payloads.map(payload => [partitionKey(payload), payload]))
  const where = `Fetch v${version} -> ${broker.name}`
  const { errorCode, responses } = response!
  if (errorCode !== 0)
    return new Map([...wanted.keys()].map(key => [key, { error: brokerError(errorCode, where) }]))
  const outcomes = new Map<string, Outcome<FetchResponse>>()
  for (const { topic, partitions } of responses) {
    for (const told of partitions) {
      const key = `${told.partitionIndex}:${topic}`
      const payload = wanted.get(key)
      if (payload) outcomes.set(key, fetchOutcome(payload, told, where, maxDecompressedBytes))
    }
  }
  return outcomes
}

type Told = FetchAnswer['responses'][number]['partitions'][number]

function fetchOutcome(
  payload: ReadyFetch,
  told: Told,
  where: string,
  maxDecompressedBytes: number,
): Outcome<FetchResponse> {
  const { topic, partition } = payload
  if (told.errorCode !== 0) return { error: brokerError(told.errorCode, `${where}, ${topic}/${partition}`) }
  const read = readMessages(payload, told.records, maxDecompressedBytes)
  if ('error' in read) return read
  return {
    response: {
      topic,
      partition,
      error: null,
      highWatermark: toBigInt(told.highWatermark),
      lastStableOffset: toBigInt(told.lastStableOffset),
      logStartOffset: toBigInt(told.logStartOffset),
      ...read,
    },
  }
}

/** Messages from the wanted offset on; a batch may begin before it, and control records are no messages. */
function readMessages(
  payload: ReadyFetch,
  records: Buffer | null,
  maxDecompressedBytes: number,
): Pick<FetchResponse, 'messages' | 'nextOffset'> | { readonly error: KafkaError } {
  const { topic, partition, offset } = payload
  const messages: ReceivedMessage[] = []
  let nextOffset = offset
  try {
    const batches = readBatches(records ?? Buffer.alloc(0), {
      topic,
      partition,
      codecs,
      maxDecompressedBytes,
    })
    for (const batch of batches) {
      if (!batch.isControl) for (const message of batch.records(offset)) messages.push(message)
      nextOffset = batch.nextOffset
    }
    if (nextOffset === offset && batches.trailingBytes > 0) return { error: tooSmall(payload, records!) }
    return { messages, nextOffset }
  } catch (error) {
    if (error instanceof KafkaError) return { error }
    throw error
  }
}

/** Brokers older than 0.10.1 cut off even the first message when it is over the limit. */
function tooSmall({ topic, partition, offset, maxBytes }: ReadyFetch, records: Buffer): KafkaError {
  const bytes = records.length < sizeEnd ? sizeEnd : sizeEnd + records.readInt32BE(sizeAt)
  return new MessageTooLargeError(
    `${topic}/${partition} offset ${offset}`,
    bytes,
    maxBytes,
    `maxBytes of the payload`,
  )
}

/** Where a message set tells the size of a message, after its offset. */
const sizeAt = 8
const sizeEnd = 12

export function blankFetch({ topic, partition }: TopicPartition, error: KafkaError): FetchResponse {
  const unknown = { highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, nextOffset: -1n }
  return { topic, partition, error, ...unknown, messages: [] }
}
