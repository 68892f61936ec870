/** A service as it might be yours: it writes an invoice for every order. The tests beside it test it. */
import { concat, concatMap, finalize, from, ignoreElements, mergeMap, type Observable } from 'rxjs'
import { Consumer, OFFSET_COMMITTED, Producer, type KafkaClient } from 'rx-kafka'

/**
 * Runs while it is subscribed to. An order is committed once its invoice is written, so that a service that is started
 * again goes on where this one ended.
 */
export function billOrders(client: KafkaClient): Observable<void> {
  const consumer = new Consumer(client, 'orders', { groupId: 'billing', autoOffsetReset: 'earliest' })
  const producer = new Producer(client)
  return consumer.start(OFFSET_COMMITTED).pipe(
    concatMap(batch => {
      const invoices$ = from(batch).pipe(
        mergeMap(({ key, value }) =>
          producer.send({ topic: 'invoices', key, value: `invoice for ${value}` }),
        ),
      )
      return concat(invoices$.pipe(ignoreElements()), batch.commit())
    }),
    finalize(() => void producer.close()),
  )
}
