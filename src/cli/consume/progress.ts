import type { Batch, ReceivedMessage } from 'rx-kafka'
import type { Stretch } from './ranges'

/** Decides what of the batches is printed, and when that was all. */
export class Progress {
  /** The partitions that have not reached their end: where each is, and where it ends. */
  readonly #unfinished = new Map<number, { position: bigint; readonly end: bigint }>()
  readonly #endsAtEnd: boolean
  #left: number

  /** @param stretches undefined: there is no end */
  constructor(stretches: readonly Stretch[] | undefined, count: number) {
    this.#endsAtEnd = stretches !== undefined
    for (const { partition, start, end } of stretches ?? [])
      if (start < end) this.#unfinished.set(partition, { position: start, end })
    this.#left = count
  }

  get isDone(): boolean {
    return this.#left === 0 || (this.#endsAtEnd && this.#unfinished.size === 0)
  }

  /** Where the partitions are that have not reached their end. */
  get unfinished(): readonly { readonly partition: number; readonly offset: bigint }[] {
    return [...this.#unfinished].map(([partition, { position }]) => ({ partition, offset: position }))
  }

  /** The messages of the batch to print. */
  take({ partition, messages, nextOffset }: Pick<Batch, 'partition' | 'messages' | 'nextOffset'>) {
    const taken = this.#before(partition, messages).slice(0, this.#left)
    this.#left -= taken.length
    this.reached(partition, nextOffset)
    return taken
  }

  /** Before this offset the partition has nothing more to give. */
  reached(partition: number, offset: bigint): void {
    const at = this.#unfinished.get(partition)
    if (at && offset >= at.end) this.#unfinished.delete(partition)
    else if (at && offset > at.position) at.position = offset
  }

  /** Whether the messages, read at this partition's position, hold nothing that is still to come. */
  hasNone(partition: number, messages: readonly ReceivedMessage[]): boolean {
    return this.#before(partition, messages).length === 0
  }

  #before(partition: number, messages: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
    if (!this.#endsAtEnd) return messages
    const end = this.#unfinished.get(partition)?.end ?? 0n
    return messages.filter(({ offset }) => offset < end)
  }
}
