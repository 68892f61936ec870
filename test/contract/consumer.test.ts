import * as assert from 'uvu/assert'
import { concatMap, firstValueFrom, map, take, toArray, type Observable } from 'rxjs'
import {
  Consumer,
  KafkaClient,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Batch,
  type ConsumerEvent,
} from '../../src'
import { contract, runContract, type ContractContext } from '../support/contract'

async function withClient(
  ctx: ContractContext,
  body: (client: KafkaClient, topic: string) => Promise<void>,
  partitions = 1,
): Promise<void> {
  const topic = await ctx.uniqueTopic(partitions)
  const client = new KafkaClient(ctx.bootstrap)
  try {
    await body(client, topic)
  } finally {
    await client.close()
  }
}

function produce(client: KafkaClient, topic: string, values: readonly string[], partition = 0) {
  return client.sendProduceRequest([{ topic, partition, messages: values }])
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `message ${from + i}`)
const valuesOf = (batch: Batch) => batch.messages.map(({ value }) => value!.toString())

/** The values of a stream, until there are so many. */
async function read(batches: Observable<Batch>, count: number): Promise<readonly string[]> {
  const values: string[] = []
  await new Promise<void>((resolve, reject) => {
    const subscription = batches.subscribe({
      next: batch => {
        values.push(...valuesOf(batch))
        batch.ack()
        if (values.length < count) return
        subscription.unsubscribe()
        resolve()
      },
      error: reject,
    })
  })
  return values
}

contract('all messages from the earliest on come in their order', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(500))
    await produce(client, topic, numbered(500, 500))
    const consumer = new Consumer(client, topic, { maxBatchMessages: 64 })
    assert.equal(await read(consumer.start(OFFSET_EARLIEST), 1000), numbered(1000))
  }),
)

contract('reading begins at an offset in the midst of a batch', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(10))
    const batch = await firstValueFrom(new Consumer(client, topic).start(7))
    assert.is(batch.firstOffset, 7n)
    assert.is(batch.nextOffset, 10n)
    assert.equal(valuesOf(batch), numbered(3, 7))
  }),
)

contract('the latest is what is written after the start', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(5))
    const consumer = new Consumer(client, topic)
    const first = firstValueFrom(consumer.start(OFFSET_LATEST).pipe(map(valuesOf)))
    let isHere = false
    void first.then(() => (isHere = true))
    for (let i = 0; !isHere; i++) {
      await produce(client, topic, [`late ${i}`])
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    assert.match((await first)[0]!, /^late \d+$/)
  }),
)

contract('all partitions of a topic are read, each in its order', { core: true }, ctx =>
  withClient(
    ctx,
    async (client, topic) => {
      for (let partition = 0; partition < 4; partition++)
        await produce(
          client,
          topic,
          numbered(100).map(value => `${partition}: ${value}`),
          partition,
        )
      const values = await read(new Consumer(client, topic).start(OFFSET_EARLIEST), 400)
      for (let partition = 0; partition < 4; partition++)
        assert.equal(
          values.filter(value => value.startsWith(`${partition}: `)),
          numbered(100).map(value => `${partition}: ${value}`),
        )
    },
    4,
  ),
)

contract('only the chosen partitions are read', { core: true }, ctx =>
  withClient(
    ctx,
    async (client, topic) => {
      for (const partition of [0, 1, 2]) await produce(client, topic, [`in ${partition}`], partition)
      const values = await read(new Consumer(client, topic, { partitions: [2, 1] }).start(OFFSET_EARLIEST), 2)
      assert.equal([...values].sort(), ['in 1', 'in 2'])
    },
    3,
  ),
)

contract('what is committed is where the next consumer of the group goes on', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(10))
    const groupId = ctx.uniqueName('group')
    const options = { groupId, maxBatchMessages: 4, autoOffsetReset: 'earliest' } as const
    const batch = await firstValueFrom(
      new Consumer(client, topic, options)
        .start(OFFSET_COMMITTED)
        .pipe(concatMap(one => one.commit().pipe(map(() => one)))),
    )
    assert.is(batch.nextOffset, 4n)
    const [stored] = await client.sendOffsetFetchRequest(groupId, [{ topic, partition: 0 }])
    assert.is(stored!.offset, 4n)
    const rest = await read(new Consumer(client, topic, options).start(OFFSET_COMMITTED), 6)
    assert.equal(rest, numbered(6, 4))
  }),
)

contract('what was acked is committed when the subscription is left', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(10))
    const groupId = ctx.uniqueName('group')
    const consumer = new Consumer(client, topic, { groupId, maxBatchMessages: 5 })
    await read(consumer.start(OFFSET_EARLIEST), 5)
    await consumer.close()
    const [stored] = await client.sendOffsetFetchRequest(groupId, [{ topic, partition: 0 }])
    assert.is(stored!.offset, 5n)
  }),
)

contract('an offset that the log does not have is reset as the option says', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(3))
    const consumer = new Consumer(client, topic, { autoOffsetReset: 'earliest' })
    const events: ConsumerEvent[] = []
    consumer.events$.subscribe(event => void events.push(event))
    assert.equal(await read(consumer.start(1000), 3), numbered(3))
    const [reset] = events.filter(({ type }) => type === 'offset-reset')
    assert.equal(reset, { type: 'offset-reset', at: { topic, partition: 0 }, to: 'earliest', from: 1000n })
    const strict = new Consumer(client, topic, { autoOffsetReset: 'none' })
    const error = await firstValueFrom(strict.start(1000)).catch((thrown: unknown) => thrown)
    assert.is((error as { kind?: string }).kind, 'no-offset')
  }),
)

contract('closing the client completes its consumers', { core: true }, ctx =>
  withClient(ctx, async (client, topic) => {
    await produce(client, topic, numbered(3))
    const all = firstValueFrom(
      new Consumer(client, topic).start(OFFSET_EARLIEST).pipe(map(valuesOf), toArray()),
    )
    await firstValueFrom(new Consumer(client, topic).start(OFFSET_EARLIEST).pipe(take(1)))
    await client.close()
    assert.ok((await all).flat().length <= 3)
  }),
)

runContract()
