import {
  ArgumentError,
  BrokerError,
  byTopic,
  partitionKey,
  toBigInt,
  UnsupportedError,
  type Bytes,
  type Codec,
  type CompressionType,
  type KafkaError,
  type Message,
  type TopicPartition,
} from '../../kernel'
import { codecs } from '../../compression'
import {
  brokerError,
  encodeBatch,
  encodeMessageSet,
  Produce,
  type ProduceResponse as ProduceAnswer,
} from '../../protocol'
import type { Answer, Sending } from '../broker'
import { wasMaybeSent } from '../call'
import type { Outcome } from './fan-out'
import { createMessageSet, type MessageSet, type MessageSetOptions } from './message'

/** Messages for one partition; they travel as one batch. */
export interface ProducePayload extends TopicPartition {
  readonly messages: readonly (Message | Bytes | null)[] | MessageSet
}

/** What became of one ProducePayload. */
export interface ProduceResponse extends TopicPartition {
  /** null when the messages were written. */
  readonly error: KafkaError | null
  /** Offset of the payload's first message; -1n with acks `none`. */
  readonly offset: bigint
  /** When the broker wrote it, for topics with log append time; else -1n. Milliseconds since the epoch. */
  readonly timestamp: bigint
  /** First offset still kept; -1n from brokers that do not tell. */
  readonly logStartOffset: bigint
}

/** Which replicas must have a batch before the broker answers. */
export type Acks = 'all' | 'leader' | 'none' | -1 | 0 | 1

export interface ProduceOptions extends MessageSetOptions {
  /** Default `all`. */
  readonly acks?: Acks
  /** How long the leader may wait for its replicas, in ms. Default 10,000. */
  readonly ackTimeoutMs?: number
  /** false: errors of single partitions come back as data. Default true: FailedPayloadsError. */
  readonly failOnError?: boolean
  /** For the whole call, in ms. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

const acksOf = new Map<Acks, number>([
  ['all', -1],
  ['leader', 1],
  ['none', 0],
  [-1, -1],
  [0, 0],
  [1, 1],
])

/** The number on the wire. */
export function acksNumber(acks: Acks): number {
  const value = acksOf.get(acks)
  if (value === undefined) throw new ArgumentError('acks', acks, `one of 'all', 'leader', 'none', -1, 1, 0`)
  return value
}

export interface ReadyPayload extends TopicPartition {
  readonly set: MessageSet
}

/** The payload checked, its messages as one set. */
export function readyProduce(
  { topic, partition, messages }: ProducePayload,
  index: number,
  options: MessageSetOptions,
): ReadyPayload {
  try {
    const set = isMessageSet(messages)
      ? createMessageSet(messages.messages, withLevel(messages))
      : createMessageSet(messages, options)
    return { topic, partition, set }
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    const argument = `sendProduceRequest payloads[${index}].${error.argument}`
    throw new ArgumentError(argument, error.value, error.expected)
  }
}

function isMessageSet(messages: unknown): messages is MessageSet {
  return typeof messages === 'object' && messages !== null && 'compression' in messages
}

function withLevel({ compression, level }: MessageSet): MessageSetOptions {
  return level === undefined ? { compression } : { compression, level }
}

/** One Produce request for payloads of different partitions. */
export function produceSending(
  payloads: readonly ReadyPayload[],
  { acks, ackTimeoutMs, now }: { acks: number; ackTimeoutMs: number; now: number },
): Sending<typeof Produce> {
  return {
    api: Produce,
    purpose: 'main',
    heldMs: ackTimeoutMs,
    noResponse: acks === 0,
    maxVersion: 12,
    body: version => ({
      acks,
      timeoutMs: ackTimeoutMs,
      topicData: [...byTopic(payloads)].map(([name, list]) => ({
        name,
        partitionData: list.map(({ partition, set }) => ({
          index: partition,
          records: encodeSet(set, version, now),
        })),
      })),
    }),
  }
}

/** The messages in the format that this version of Produce carries. */
function encodeSet({ messages, compression, level }: MessageSet, version: number, now: number): Buffer {
  const { magic, codec } = formatOf(version, compression)
  const options = { codec, level, timestamp: now }
  return magic === 2 ? encodeBatch(messages, options) : encodeMessageSet(messages, { ...options, magic })
}

/** Produce 3 brought record batches, 2 message sets with timestamps, 7 zstd. */
export function formatOf(
  version: number,
  compression: CompressionType,
): { magic: 0 | 1 | 2; codec: Codec | undefined } {
  if (compression === 'zstd' && version < 7) {
    throw new UnsupportedError(`zstd needs a broker with Produce 7 (Kafka 2.1); this one speaks ${version}`)
  }
  const magic = version >= 3 ? 2 : version === 2 ? 1 : 0
  return { magic, codec: compression === 'none' ? undefined : codecs(compression, magic) }
}

/** What the answer says of each partition. */
export function produceOutcomes(
  { response, version, broker }: Answer<typeof Produce>,
  payloads: readonly TopicPartition[],
): Map<string, Outcome<ProduceResponse>> {
  if (response === undefined) {
    return new Map(payloads.map(at => [partitionKey(at), { response: { ...blankProduce(at, null) } }]))
  }
  const outcomes = new Map<string, Outcome<ProduceResponse>>()
  for (const { name, partitionResponses } of response.responses) {
    for (const told of partitionResponses) {
      const at = { topic: name, partition: told.index }
      outcomes.set(partitionKey(at), produceOutcome(at, told, `Produce v${version} -> ${broker.name}`))
    }
  }
  return outcomes
}

type Told = ProduceAnswer['responses'][number]['partitionResponses'][number]

function produceOutcome(at: TopicPartition, told: Told, where: string): Outcome<ProduceResponse> {
  if (told.errorCode !== 0) {
    return { error: brokerError(told.errorCode, `${where}, ${at.topic}/${at.partition}`, told.errorMessage) }
  }
  return {
    response: {
      ...at,
      error: null,
      offset: toBigInt(told.baseOffset),
      timestamp: toBigInt(told.logAppendTimeMs),
      logStartOffset: toBigInt(told.logStartOffset),
    },
  }
}

export function blankProduce(
  { topic, partition }: TopicPartition,
  error: KafkaError | null,
): ProduceResponse {
  return { topic, partition, error, offset: -1n, timestamp: -1n, logStartOffset: -1n }
}

/** Codes that the leader gives before it touches its log. */
const surelyNotWritten = new Set([
  3, // UNKNOWN_TOPIC_OR_PARTITION
  5, // LEADER_NOT_AVAILABLE
  6, // NOT_LEADER_OR_FOLLOWER
  8, // BROKER_NOT_AVAILABLE: our own, for a leader that metadata does not list
  100, // UNKNOWN_TOPIC_ID
])

/** Without idempotence only what surely was not written may be sent again. */
export function mayProduceAgain(error: KafkaError): boolean {
  if (error instanceof BrokerError) return surelyNotWritten.has(error.code)
  return error.retriable && !wasMaybeSent(error)
}
