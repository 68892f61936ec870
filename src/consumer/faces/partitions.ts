import { Observable, type Subscriber } from 'rxjs'
import { AlreadyRunningError, type TopicPartition } from '../../kernel'
import type { Batch } from '../batch'
import { BlockedLines } from '../blocked-lines'
import type { PartitionLine } from '../partition-line'
import type { Face, Reader, View } from '../reader'
import type { Session } from '../session'

/** The batches of one partition, as long as it is ours. Subscribed to once at a time; until then nothing of it is read. */
export class PartitionBatches<K = Buffer, V = Buffer>
  extends Observable<Batch<K, V>>
  implements TopicPartition
{
  readonly topic: string
  readonly partition: number

  constructor(
    { topic, partition }: TopicPartition,
    subscribed: (subscriber: Subscriber<Batch<K, V>>) => () => void,
  ) {
    super(subscribed)
    this.topic = topic
    this.partition = partition
  }
}

/** A stream for each partition. */
export function partitionsView<K, V>(reader: Reader): View<PartitionBatches<K, V>> {
  return { mode: {}, faceOf: (subscriber, session) => new PartitionsFace(reader, subscriber, session) }
}

class PartitionsFace<K, V> implements Face {
  readonly #session: () => Session
  readonly #subscriber: Subscriber<PartitionBatches<K, V>>
  readonly #name: string
  readonly #readers = new Map<PartitionLine, Subscriber<Batch<K, V>>>()
  /** Those that nobody reads. */
  readonly #unread: BlockedLines

  constructor(
    { core, settings, tell, name }: Reader,
    subscriber: Subscriber<PartitionBatches<K, V>>,
    session: () => Session,
  ) {
    this.#session = session
    this.#subscriber = subscriber
    this.#name = name
    this.#unread = new BlockedLines({
      clock: core.settings.clock,
      timeoutMs: settings.ackTimeoutMs,
      stalled: (line, ms) => tell({ type: 'unread', at: line.at, ms }),
    })
  }

  next(batch: Batch<K, V>, line: PartitionLine): void {
    this.#readers.get(line)?.next(batch)
  }

  adopted(line: PartitionLine): void {
    line.isWanted = false
    this.#unread.add(line)
    this.#subscriber.next(new PartitionBatches(line.at, reader => this.#open(line, reader)))
  }

  released(line: PartitionLine): void {
    this.#unread.delete(line)
    this.#readers.get(line)?.complete()
  }

  error(error: unknown): void {
    this.#unread.close()
    for (const reader of [...this.#readers.values()]) reader.error(error)
    this.#subscriber.error(error)
  }

  complete(): void {
    this.left()
    this.#subscriber.complete()
  }

  left(): void {
    this.#unread.close()
    for (const reader of [...this.#readers.values()]) reader.complete()
  }

  #open(line: PartitionLine, reader: Subscriber<Batch<K, V>>): () => void {
    const { topic, partition } = line.at
    if (line.life.aborted) reader.complete()
    else if (this.#readers.has(line))
      reader.error(new AlreadyRunningError(`${this.#name}, ${topic}/${partition}`))
    else {
      this.#readers.set(line, reader)
      this.#unread.delete(line)
      this.#session().want(line, true)
    }
    return () => this.#close(line, reader)
  }

  #close(line: PartitionLine, reader: Subscriber<Batch<K, V>>): void {
    if (this.#readers.get(line) !== reader) return
    this.#readers.delete(line)
    if (line.life.aborted) return
    this.#session().want(line, false)
    // Who comes next has them first.
    for (const batch of [...line.inHand.keys()]) this.#session().giveBack(batch)
    this.#unread.add(line)
  }
}
