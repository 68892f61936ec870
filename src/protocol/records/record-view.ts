import { receivedJson, type ReceivedMessage } from '../../kernel'
import { readHeaders } from './record-headers'
import { readVarlong } from './varint'

/** What all records of one batch share. */
export interface BatchContext {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: bigint
  readonly lastOffsetDelta: number
  readonly count: number
  readonly baseTimestamp: bigint
  /** The time of all records where the log's time replaced theirs (`append`). */
  readonly appendTimestamp: bigint | null
  /** The records alone, decompressed. */
  readonly bytes: Buffer
}

type Inspect = (value: object, options: object) => string
type ReceivedHeaders = ReceivedMessage['headers']

/**
 * One record of a batch: where its parts are in the batch's bytes. Key, value and headers are made when first asked
 * for. They are views, so holding one record holds the bytes of its whole fetch.
 */
export class RecordView implements ReceivedMessage {
  readonly #batch: BatchContext
  readonly #offsetDelta: number
  readonly #timestampAt: number
  readonly #keyAt: number
  readonly #keyEnd: number
  readonly #valueAt: number
  readonly #valueEnd: number
  #key: Buffer | null | undefined = undefined
  #value: Buffer | null | undefined = undefined
  #headers: ReceivedHeaders | undefined = undefined

  /** Positions in the batch's bytes; an absent key or value is at -1. What follows the value are the headers. */
  constructor(
    batch: BatchContext,
    offsetDelta: number,
    timestampAt: number,
    keyAt: number,
    keyEnd: number,
    valueAt: number,
    valueEnd: number,
  ) {
    this.#batch = batch
    this.#offsetDelta = offsetDelta
    this.#timestampAt = timestampAt
    this.#keyAt = keyAt
    this.#keyEnd = keyEnd
    this.#valueAt = valueAt
    this.#valueEnd = valueEnd
  }

  get topic(): string {
    return this.#batch.topic
  }

  get partition(): number {
    return this.#batch.partition
  }

  get offset(): bigint {
    return this.#batch.baseOffset + BigInt(this.#offsetDelta)
  }

  get timestamp(): bigint {
    const { appendTimestamp, baseTimestamp, bytes } = this.#batch
    return appendTimestamp ?? baseTimestamp + readVarlong(bytes, this.#timestampAt)
  }

  get timestampType(): 'create' | 'append' {
    return this.#batch.appendTimestamp === null ? 'create' : 'append'
  }

  get key(): Buffer | null {
    return (this.#key ??= viewOf(this.#batch.bytes, this.#keyAt, this.#keyEnd))
  }

  get value(): Buffer | null {
    return (this.#value ??= viewOf(this.#batch.bytes, this.#valueAt, this.#valueEnd))
  }

  get headers(): ReceivedHeaders {
    return (this.#headers ??= readHeaders(this.#batch.bytes, this.#valueEnd))
  }

  get raw(): this {
    return this
  }

  toJSON(): object {
    return receivedJson(this)
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object, inspect: Inspect): string {
    const { topic, partition, offset, timestamp, timestampType, key, value, headers } = this
    return `Record ${inspect({ topic, partition, offset, timestamp, timestampType, key, value, headers }, options)}`
  }
}

function viewOf(bytes: Buffer, at: number, end: number): Buffer | null {
  return at < 0 ? null : bytes.subarray(at, end)
}
