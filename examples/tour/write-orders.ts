import { finalize, interval, mergeMap, range, take, tap, type Observable } from 'rxjs'
import { Producer, type KafkaClient, type Receipt } from 'rx-kafka'
import type { Ledger } from './ledger'
import { orderOf } from './order'

interface Pace {
  /** How many orders in all. */
  readonly messages: number
  /** How many per second. */
  readonly rate: number
}

const mostUnderWay = 10_000

/** Writes orders at an even pace; tells where each one landed, and fails with the first that cannot be written. */
export function writeOrders(
  client: KafkaClient,
  topic: string,
  pace: Pace,
  ledger: Ledger,
): Observable<Receipt> {
  const producer = new Producer(client, { compression: 'snappy' })
  const write = (id: number): Observable<Receipt> => {
    const order = orderOf(id)
    ledger.noteSent(order)
    return producer
      .send({ topic, key: order.customer, value: JSON.stringify(order) })
      .pipe(tap(({ partition }) => ledger.noteAcknowledged(partition)))
  }
  return numbers(pace).pipe(
    mergeMap(write, mostUnderWay),
    finalize(() => void producer.close()),
  )
}

/** 0, 1, 2 and so on, some of them every 10 ms. */
function numbers({ messages, rate }: Pace): Observable<number> {
  const some = Math.ceil(rate / 100)
  return interval(10).pipe(
    mergeMap(turn => range(turn * some, some)),
    take(messages),
  )
}
