import type { Meter } from '../rivals'
import { sinceMs } from './stamp'
import type { ConsumeTask } from './client'

/**
 * Hears what a client has read: counts it, and checks that in each partition every offset comes once and in order.
 * Where a client has batches it is told of batches, so that it costs one that has them no call a message.
 */
export class Tally {
  /** Resolves when there is a first message; rejects when there is an error before. */
  readonly begun: Promise<void>
  readonly #meter: Meter
  readonly #task: ConsumeTask
  readonly #expected = new Map<number, number>()
  #begin: () => void = () => undefined
  #break: (error: unknown) => void = () => undefined
  #rewind: (partition: number) => void = () => undefined
  /** Bytes of values that were touched. */
  #bytes = 0
  /** Depends on every value, so that none can be skipped. */
  #sum = 0

  constructor(task: ConsumeTask, meter: Meter) {
    this.#task = task
    this.#meter = meter
    this.begun = new Promise((resolve, reject) => {
      this.#begin = resolve
      this.#break = reject
    })
    if (task.ends) task.ends.forEach((_, partition) => this.#expected.set(partition, 0))
  }

  /** What to call when a partition was read to its end. */
  onEnd(rewind: (partition: number) => void): void {
    this.#rewind = rewind
  }

  /** One message, by a client that has no batches. */
  message(partition: number, offset: number, value: Uint8Array | null): void {
    if (this.#task.reading === 'values') this.touch(value)
    if (this.#task.reading === 'latency') this.late(value)
    this.batch(partition, offset, offset + 1, 1)
  }

  /**
   * @param next the offset behind the last message
   * @param count how many messages it held
   */
  batch(partition: number, first: number, next: number, count: number): void {
    const expected = this.#expected.get(partition) ?? first
    if (first !== expected || next - first !== count)
      this.#meter.fail(
        new Error(`partition ${partition}: ${count} messages from ${first} to ${next} after ${expected}`),
        count,
      )
    if (this.#meter.messages === 0) this.#begin()
    this.#meter.messages += count
    if (next !== this.#task.ends?.[partition]) {
      this.#expected.set(partition, next)
      return
    }
    this.#expected.set(partition, 0)
    if (!this.#meter.isOver) this.#rewind(partition)
  }

  /** Reads a value as little as one can: its length and its last byte. */
  touch(value: Uint8Array | null): void {
    if (value === null) return
    this.#bytes += value.length
    this.#sum = (this.#sum + value[value.length - 1]!) | 0
  }

  /** The value is stamped with the time of its sending. */
  late(value: Uint8Array | null): void {
    if (value !== null) this.#meter.latenciesMs.push(sinceMs(value))
  }

  /** The client cannot go on. */
  failed(error: unknown): void {
    this.#meter.fail(error, 1)
    this.#break(error)
  }

  /** All values that were to be touched were, with all their bytes. */
  check(): void {
    const { reading, bytes } = this.#task
    const wanted = reading === 'values' ? this.#meter.messages * bytes : 0
    // Every value ends in a brace.
    const isRight = this.#bytes === wanted && (wanted === 0 || this.#sum !== 0)
    if (!isRight) this.#meter.fail(new Error(`${this.#bytes} bytes of values, not ${wanted}`), 1)
  }
}
