import {
  finalize,
  interval,
  map,
  mergeMap,
  pairwise,
  range,
  startWith,
  takeWhile,
  tap,
  type Observable,
} from 'rxjs'
import { Producer, type KafkaClient, type Receipt } from 'rx-kafka'
import type { Ledger } from './ledger'
import { orderOf } from './order'

interface Pace {
  /** How many orders in all. */
  readonly messages: number
  /** How many per second. */
  readonly rate: number
}

const mostUnderWay = 1000

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

/** 0, 1, 2 and so on: every 20 ms those that are due by then. */
function numbers({ messages, rate }: Pace): Observable<number> {
  const began = performance.now()
  const due = (): number => Math.ceil(((performance.now() - began) / 1000) * rate)
  return interval(20).pipe(
    map(() => Math.min(messages, due())),
    takeWhile(count => count < messages, true),
    startWith(0),
    pairwise(),
    mergeMap(([from, to]) => range(from, to - from)),
  )
}
