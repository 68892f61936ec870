import type { Observable } from 'rxjs'
import { OFFSET_EARLIEST, type Batch, type Consumer } from '../../../src'
import { ServedLog } from '../served-log'
import { Watched } from '../watched'

/** Of a message, about. */
export const messageBytes = 1024
const value = 'x'.repeat(messageBytes)

/** Partitions of one-message batches. */
export async function servedMessages(count: number, partitions = 1): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++) {
    served.committed.set(partition, 0n)
    for (let i = 0; i < count; i++) served.append([value], { partition })
  }
  return served
}

/** What most people write first: no group, so that reading a batch acks it. */
export const auto = { maxBatchMessages: 1 }
/** With a group, so that a batch is acked by hand. */
export const manual = { maxBatchMessages: 1, groupId: 'billing' }

export const reading = <T>(
  served: ServedLog,
  options: object,
  pipe: (batches$: Observable<Batch>, consumer: Consumer) => Observable<T>,
) => new Watched<T>(served, options, consumer => pipe(consumer.start(OFFSET_EARLIEST), consumer))

/** A promise that is kept after so many ms of virtual time. */
export const after = <T>(served: ServedLog, ms: number, answer: T): Promise<T> =>
  new Promise(resolve => served.clock.after(ms, () => resolve(answer)))

/** How many messages were fetched of a partition: where its last fetch went on. */
export const fetched = (served: ServedLog, partition = 0): number =>
  served.fetches
    .flatMap(({ body }) => body.topics.flatMap(({ partitions }) => partitions))
    .filter(asked => asked.partition === partition)
    .reduce((max, { fetchOffset }) => Math.max(max, Number(fetchOffset)), 0)

/** The most that something was, looked at every ms. */
export async function mostOf(served: ServedLog, ms: number, measure: () => number): Promise<number> {
  let most = 0
  for (let i = 0; i < ms; i++) {
    await served.clock.advance(1)
    most = Math.max(most, measure())
  }
  return most
}
