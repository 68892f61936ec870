import { mergeMap, tap, type Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ConsumerGroup,
  KafkaClient,
  OFFSET_EARLIEST,
  type Batch,
  type Consumer,
  type ReceivedMessage,
} from '../../src'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { HoggedClock } from '../support/hogged-clock'
import { Reading } from './reading'
import { ServedLog } from './served-log'
import { Watched } from './watched'

const partitions = 5
const messages = 200

type Work = (of: { readonly partition: number }) => Promise<void>

const faces: readonly (readonly [string, (consumer: Consumer, work: Work) => Observable<unknown>])[] = [
  ['process', (consumer, work) => consumer.process((batch: Batch) => work(batch))],
  [
    'processEach',
    (consumer, work) =>
      consumer.processEach((message: ReceivedMessage) => work(message), {
        ordering: 'partition',
        maxConcurrency: partitions,
      }),
  ],
  [
    'start',
    (consumer, work) =>
      consumer.start(OFFSET_EARLIEST).pipe(mergeMap(async batch => (await work(batch), batch.ack()))),
  ],
  [
    'partitions$',
    (consumer, work) =>
      consumer
        .partitions$(OFFSET_EARLIEST)
        .pipe(mergeMap(batches$ => batches$.pipe(mergeMap(async batch => (await work(batch), batch.ack()))))),
  ],
]

/** Ms until all but the first partition are done, whose work takes a minute or as long as that of the others. */
async function timeOfOthers(
  stream: (consumer: Consumer, work: Work) => Observable<unknown>,
  isOneSlow: boolean,
  maxFetchBufferBytes: number,
): Promise<number> {
  const served = await ServedLog.start({ partitions })
  const { clock } = served
  for (let partition = 0; partition < partitions; partition++)
    for (let i = 0; i < messages; i++) served.append(['x'.repeat(1000)], { partition })
  let left = messages * (partitions - 1)
  const work: Work = async ({ partition }) => {
    await new Promise<void>(resolve => clock.after(isOneSlow && partition === 0 ? 60_000 : 10, resolve))
    if (partition > 0) left--
  }
  const watched = new Watched(
    served,
    { groupId: 'billing', maxBatchMessages: 1, maxFetchBufferBytes },
    consumer => stream(consumer, work),
  )
  const since = clock.monotonic()
  await clock.until(() => left === 0, 600_000)
  assert.is(watched.error, undefined)
  return clock.monotonic() - since
}

for (const [face, stream] of faces) {
  test(`${face}: one slow partition takes less than a tenth of their pace from the others`, async () => {
    const bytes = 64 * 1024 * 1024
    const alone = await timeOfOthers(stream, false, bytes)
    const besides = await timeOfOthers(stream, true, bytes)
    assert.ok(besides <= alone / 0.9, `${besides} ms, without a slow one ${alone} ms`)
  })

  test(`${face}, with memory for one answer of each partition: a slow one leaves room to the others`, async () => {
    const bytes = 256 * 1024
    const alone = await timeOfOthers(stream, false, bytes)
    const besides = await timeOfOthers(stream, true, bytes)
    assert.ok(besides <= 3 * alone, `${besides} ms, without a slow one ${alone} ms`)
  })
}

for (const face of ['process', 'start'] as const)
  test(`${face}: minutes of work of 50 ms that never waits: heartbeats go on in time, and nothing is lost`, async () => {
    const rig = await BrokerRig.start({ topics: { orders: { partitions: 4 } } })
    const count = 600
    for (let partition = 0; partition < 4; partition++)
      rig.kafka
        .partition('orders', partition)
        .append(Array.from({ length: count }, (_, i) => ({ value: `${i}` })))
    const clock = new HoggedClock(rig.clock)
    const client = new KafkaClient(rig.kafka.bootstrap, { ...rig.kafka.clientOptions, clock })
    const group = new ConsumerGroup(client, 'billing', 'orders', {
      autoOffsetReset: 'earliest',
      maxBatchMessages: 1,
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 1000,
    })
    const events: string[] = []
    group.events$.subscribe(({ type }) => events.push(type))
    const given = [0n, 0n, 0n, 0n]
    const work = ({ partition, firstOffset }: Batch): void => {
      assert.is(firstOffset, given[partition])
      given[partition] = firstOffset + 1n
      clock.hog(50)
    }
    let failure: unknown
    const stream: Observable<unknown> =
      face === 'process'
        ? group.process(work)
        : group.start().pipe(
            tap(batch => {
              work(batch)
              batch.ack()
            }),
          )
    stream.subscribe({ error: (error: unknown) => (failure = error) })
    await rig.clock.until(() => given.every(offset => offset === BigInt(count)), 600_000)
    const times = rig.kafka.requests.of(Apis.Heartbeat).map(({ at }) => at)
    const gaps = times.slice(1).map((at, i) => at - times[i]!)
    assert.ok(times.length > 100, `${times.length} heartbeats`)
    // A heartbeat is due, is written and is answered in turns of their own, each of which may wait for one handler.
    assert.ok(Math.max(...gaps) <= 1150, `${Math.max(...gaps)} ms between two heartbeats`)
    assert.is(failure, undefined)
    assert.not.ok(events.includes('lost'))
    await rig.done(client.stop())
    await rig.close()
  })

test('300 partitions and little memory: a slow handler has them all in turn, and no more is held than may be', async () => {
  const rig = await BrokerRig.start({ brokers: 3, topics: { orders: { partitions: 300 } } })
  for (let partition = 0; partition < 300; partition++)
    rig.kafka
      .partition('orders', partition)
      .append(Array.from({ length: 20 }, () => ({ value: 'x'.repeat(1000) })))
  const maxFetchBufferBytes = 1024 * 1024
  const client = rig.client({ maxFetchBufferBytes })
  const reading = new Reading(rig, {
    client,
    ack: 'manual',
    maxBatchMessages: 5,
    each: batch => void rig.clock.after(20, () => batch.ack()),
  })
  let most = 0
  await rig.clock.until(() => {
    const lines = reading.consumer.explain()
    most = Math.max(
      most,
      lines.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0),
    )
    return reading.count === 6000
  })
  assert.ok(most <= maxFetchBufferBytes, `${most} bytes`)
  const order = [...new Set(reading.batches.map(({ partition }) => partition))]
  assert.is(order.length, 300)
  assert.equal(reading.of('stalled'), [])
  await rig.close()
})

test.run()
