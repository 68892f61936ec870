import { NEVER, Observable, take } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Consumer } from '../../src'
import { numbered } from './reading'
import { ServedLog, topic } from './served-log'
import { Watched, Work } from './watched'

const billing = { groupId: 'billing', maxBatchMessages: 10 }
const at = { topic, partition: 0 }

async function served30(): Promise<ServedLog> {
  const served = await ServedLog.start()
  for (let i = 0; i < 3; i++) served.append(numbered(10, 10 * i))
  return served
}

/** Whether it ends within a second, where a wait in vain would take half a minute. */
async function endsAtOnce({ clock }: ServedLog, what: Promise<void>): Promise<void> {
  const began = clock.now()
  await clock.outcomeOf(what)
  assert.ok(clock.now() - began < 1000, `${clock.now() - began} ms`)
}

test('process with onError pause: close ends as soon as the last handler has failed', async () => {
  const served = await served30()
  const work = new Work()
  const { consumer } = new Watched(served, billing, consumer =>
    consumer.process(({ firstOffset }) => work.byHand(firstOffset), { onError: 'pause' }),
  )
  await served.clock.until(() => work.begun.length === 1)
  const closed = consumer.close()
  const isClosed = closed.then(() => undefined)
  await served.clock.advance(100)
  work.fail.get(0n)!(new Error('down'))
  await endsAtOnce(served, isClosed)
})

test('processEach: stop ends at once while close waits for handlers', async () => {
  const served = await served30()
  const { consumer } = new Watched(served, billing, consumer => consumer.processEach(() => NEVER))
  await served.clock.advance(1000)
  const closed = consumer.close().then(
    () => undefined,
    () => undefined,
  )
  await served.clock.advance(100)
  const stopped = consumer.stop().then(() => undefined)
  await endsAtOnce(served, stopped)
  await endsAtOnce(served, closed)
})

test('processEach: what a seek has passed over keeps close waiting no longer than its handler runs', async () => {
  const served = await served30()
  const work = new Work()
  const { consumer } = new Watched(served, billing, consumer =>
    consumer.processEach(({ offset }) => work.byHand(offset)),
  )
  await served.clock.until(() => work.begun.length === 1)
  consumer.seek(at, 29)
  const closed = consumer.close().then(() => undefined)
  await served.clock.advance(100)
  work.endAll()
  await endsAtOnce(served, closed)
})

test('partitions$: what a reader that has gone had in hand comes to the next one first, and close does not wait for the first', async () => {
  const served = await served30()
  const consumer = new Consumer(served.client(), topic, {
    autoOffsetReset: 'earliest',
    ack: 'manual',
    maxBatchMessages: 10,
  })
  const seen: bigint[] = []
  consumer.partitions$().subscribe(one => {
    one.pipe(take(1)).subscribe(({ firstOffset }) => seen.push(firstOffset))
    served.clock.after(1000, () =>
      one.subscribe(batch => {
        seen.push(batch.firstOffset)
        batch.ack()
      }),
    )
  })
  await served.clock.advance(2000)
  assert.equal(seen, [0n, 0n, 10n, 20n])
  await endsAtOnce(
    served,
    consumer.close().then(() => undefined),
  )
})

test('process: a handler that ends its own subscription leaves nothing subscribed to', async () => {
  const served = await served30()
  let open = 0
  const watched: Watched<unknown> = new Watched(served, {}, consumer =>
    consumer.process(() => {
      watched.subscription.unsubscribe()
      return new Observable<never>(() => {
        open++
        return () => open--
      })
    }),
  )
  await served.clock.advance(1000)
  assert.is(open, 0)
})

test.run()
