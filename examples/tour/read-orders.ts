import { tap, type Observable } from 'rxjs'
import { Consumer, OFFSET_EARLIEST, type Batch, type KafkaClient } from 'rx-kafka'
import type { Ledger } from './ledger'
import { parseOrder } from './order'

/** One reader of the service: reads its partitions from their beginning and notes every order. */
export function readOrders(
  client: KafkaClient,
  topic: string,
  partitions: readonly number[],
  ledger: Ledger,
): Observable<Batch> {
  const consumer = new Consumer(client, topic, { partitions })
  return consumer.start(OFFSET_EARLIEST).pipe(
    tap(batch => {
      for (const { value } of batch) ledger.noteRead(batch.partition, parseOrder(value))
    }),
  )
}
