import { Observable, type Subscriber } from 'rxjs'
import type { TopicPartition } from '../../kernel'
import type { Batch } from '../batch'
import type { PartitionLine } from '../partition-line'
import type { Face } from '../reader'
import type { Session } from '../session'

/** The batches of one partition, as long as it is ours. Subscribed to once; until then nothing of it is read. */
export class PartitionBatches extends Observable<Batch> implements TopicPartition {
  readonly topic: string
  readonly partition: number

  constructor(
    { topic, partition }: TopicPartition,
    subscribed: (subscriber: Subscriber<Batch>) => () => void,
  ) {
    super(subscribed)
    this.topic = topic
    this.partition = partition
  }
}

/** A stream for each partition. */
export function partitionsFace(subscriber: Subscriber<PartitionBatches>, session: () => Session): Face {
  const readers = new Map<PartitionLine, Subscriber<Batch>>()
  const open = (line: PartitionLine, reader: Subscriber<Batch>): (() => void) => {
    if (line.life.aborted) reader.complete()
    readers.set(line, reader)
    session().want(line, true)
    return () => {
      if (readers.get(line) !== reader) return
      readers.delete(line)
      session().want(line, false)
    }
  }
  const completeAll = (): void => {
    for (const reader of [...readers.values()]) reader.complete()
  }
  return {
    next: (batch, line) => readers.get(line)?.next(batch),
    adopted: line => {
      line.isWanted = false
      subscriber.next(new PartitionBatches(line.at, reader => open(line, reader)))
    },
    released: line => readers.get(line)?.complete(),
    error: error => {
      for (const reader of [...readers.values()]) reader.error(error)
      subscriber.error(error)
    },
    complete: () => {
      completeAll()
      subscriber.complete()
    },
    left: completeAll,
  }
}
