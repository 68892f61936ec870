import { mergeMap, type Observable } from 'rxjs'
import { Consumer, OFFSET_EARLIEST, type KafkaClient } from 'rx-kafka'
import type { Ledger } from './ledger'
import { parseOrder } from './order'

/** One reader of the service: reads its partitions from their beginning, notes every order, and commits. */
export function readOrders(
  client: KafkaClient,
  topic: string,
  partitions: readonly number[],
  ledger: Ledger,
): Observable<void> {
  const consumer = new Consumer(client, topic, { partitions, groupId: topic })
  return consumer.start(OFFSET_EARLIEST).pipe(
    mergeMap(batch => {
      for (const { value } of batch) ledger.noteRead(batch.partition, parseOrder(value))
      return batch.commit()
    }),
  )
}
