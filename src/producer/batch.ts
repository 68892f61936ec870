import { encodeBatch, encodeMessageSet } from '../protocol'
import { formatOf } from '../client'
import type { TopicPartition } from '../kernel'
import type { ProducerIdentity } from './identity'
import type { ProducerSettings } from './options'
import type { SendCall } from './send-call'

/** Which batch of which producer this is, so that the broker can remove doubles (KIP-98). */
export interface Sequenced {
  readonly identity: ProducerIdentity
  readonly baseSequence: number
}

/**
 * Calls that travel together to one partition. Open, it takes more; sealed, its records are fixed; it gets its
 * sequence when it is drained into a request for the first time, and keeps it whatever happens.
 */
export class Batch {
  readonly at: TopicPartition
  /** Monotonic ms of the first call. */
  readonly since: number
  readonly calls: SendCall[] = []
  bytes = 0
  count = 0
  isSealed = false
  sequenced: Sequenced | undefined
  /** A request with it may have reached a broker that did not answer. */
  maybeWritten = false
  #encoded: Buffer | undefined

  constructor(at: TopicPartition, since: number) {
    this.at = at
    this.since = since
  }

  add(call: SendCall): void {
    this.calls.push(call)
    this.bytes += call.bytes
    this.count += call.messages.length
    call.batch = this
  }

  /** Takes a call back out; only while the batch is open. */
  remove(call: SendCall): void {
    const index = this.calls.indexOf(call)
    if (this.isSealed || index < 0) return
    this.calls.splice(index, 1)
    this.bytes -= call.bytes
    this.count -= call.messages.length
  }

  /** The bytes on the wire, the same at every attempt as long as the sequence and the format stay. */
  encode(version: number, now: number, { compression, compressionLevel }: ProducerSettings): Buffer {
    if (this.#encoded) return this.#encoded
    const messages = this.calls.flatMap(call => call.messages)
    const { magic, codec } = formatOf(version, compression)
    const options = { codec, level: compressionLevel, timestamp: now }
    if (magic !== 2) return encodeMessageSet(messages, { ...options, magic })
    const { identity, baseSequence } = this.sequenced ?? {}
    return (this.#encoded = encodeBatch(messages, { ...options, ...identity, baseSequence }))
  }

  /** The sequence was not used, or belongs to an identity that is gone: the batch gets another one. */
  forgetSequence(): void {
    this.sequenced = undefined
    this.#encoded = undefined
  }

  /** Two batches of about half the calls each, for a broker that takes less at a time. */
  split(): readonly [Batch, Batch] {
    const halves = [new Batch(this.at, this.since), new Batch(this.at, this.since)] as const
    const half = this.bytes / 2
    for (const call of this.calls) {
      const isFirst = halves[0].count === 0 || (halves[1].count === 0 && halves[0].bytes + call.bytes <= half)
      halves[isFirst ? 0 : 1].add(call)
    }
    for (const batch of halves) batch.isSealed = true
    return halves
  }
}
