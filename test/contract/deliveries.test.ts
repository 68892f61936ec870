import {
  concat,
  defer,
  EMPTY,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  of,
  switchMap,
  takeUntil,
  timeout,
} from 'rxjs'
import * as assert from 'uvu/assert'
import { CancelledError, ClosedError, KafkaClient, Producer } from '../../src'
import { contract, runContract } from '../support/contract'
import { eventsOf, valuesIn, withProducer } from '../support/producing'

const core = { core: true }
const patient = { bufferTime: 60_000 }
const never = { error: assert.unreachable }

const failureOf = (outcome: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(outcome).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  )

/** What the process was warned of while `act` ran. */
async function warnings(act: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = []
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning: string | Error) => void seen.push(String(warning))
  try {
    await act()
  } finally {
    process.emitWarning = emitWarning
  }
  return seen
}

contract('a request is made when somebody listens, and once for all who do', core, ctx =>
  withProducer(ctx, {}, async ({ client, topic }) => {
    const written = (value: string) => client.sendProduceRequest([{ topic, partition: 0, messages: [value] }])
    written('nobody listens')
    const asked = written('once')
    assert.equal(await valuesIn(client, topic), [])
    const told = await Promise.all([asked, asked, firstValueFrom(asked), asked.then(value => value)])
    assert.ok(told.every(answer => answer[0]!.offset === 0n))
    await asked
    const again$ = defer(() => written('anew'))
    await lastValueFrom(concat(again$, again$))
    assert.equal(await valuesIn(client, topic), ['once', 'anew', 'anew'])
  }),
)

contract('a request that nobody waits for any more is cancelled, and says whether it was sent', core, ctx =>
  withProducer(ctx, {}, async ({ client, topic }) => {
    const fetch = () => client.sendFetchRequest([{ topic, partition: 0, offset: 0 }], { maxWaitMs: 5000 })
    const early = fetch()
    early.subscribe(never).unsubscribe()
    const error = (await failureOf(early)) as CancelledError
    assert.instance(error, CancelledError)
    assert.is(error.requestSent, false)
    // Now all connections are open.
    assert.equal(await valuesIn(client, topic), [])
    const late = fetch()
    const listening = late.subscribe(never)
    // Whatever is asked beside it is answered once the request has left.
    await client.loadMetadataForTopics(topic)
    listening.unsubscribe()
    assert.is(((await failureOf(late)) as CancelledError).requestSent, true)
    const kept = client.sendProduceRequest([{ topic, partition: 0, messages: ['kept'] }])
    kept.subscribe(never)
    kept.subscribe(never).unsubscribe()
    assert.is((await kept)[0]!.offset, 0n)
  }),
)

contract('a send is accepted when it is called: whoever stops listening takes nothing back', core, ctx =>
  withProducer(ctx, patient, async ({ client, producer, topic }) => {
    const send = (value: string) => producer.send({ topic, value })
    send('nobody listens')
    send('left').subscribe(never).unsubscribe()
    send('taken until')
      .pipe(takeUntil(of(1)))
      .subscribe(never)
    send('out of time')
      .pipe(timeout({ first: 1, with: () => EMPTY }))
      .subscribe(never)
    of(0, 1)
      .pipe(switchMap(i => (i === 0 ? send('switched away from') : NEVER)))
      .subscribe(never)
    const [a, b] = [send('first'), send('second')]
    // Whoever is listened to first: the calls have their order.
    b.subscribe(never)
    assert.is((await Promise.all([producer.flush(), b, a])).length, 3)
    assert.equal(await valuesIn(client, topic), [
      ...['nobody listens', 'left', 'taken until', 'out of time', 'switched away from'],
      ...['first', 'second'],
    ])
  }),
)

contract('a message can be taken back until its batch is sealed, and is not written then', core, ctx =>
  withProducer(ctx, { ...patient, bufferCount: 3 }, async ({ client, producer, topic }) => {
    const send = (value: string) => producer.send({ topic, value })
    const unknown = send('of a topic that is not known yet')
    assert.equal([unknown.cancel(), unknown.cancel()], [true, false])
    const error = (await failureOf(unknown)) as CancelledError
    assert.instance(error, CancelledError)
    assert.is(error.requestSent, false)
    // Now the topic is known, and messages go into batches at once: the third one seals them.
    const first = send('first')
    await producer.flush()
    await first
    const sealed = [send('second')]
    const open = send('in an open batch')
    assert.ok(open.cancel())
    sealed.push(send('third'))
    const fourth = send('fourth')
    const last = send('in the last batch')
    assert.equal(
      [...sealed, last].map(delivery => delivery.cancel()),
      [false, false, true],
    )
    await producer.flush()
    assert.equal(
      (await Promise.all([...sealed, fourth])).map(({ offset }) => offset),
      [1n, 2n, 3n],
    )
    assert.is(fourth.cancel(), false)
    assert.equal(await valuesIn(client, topic), ['first', 'second', 'third', 'fourth'])
  }),
)

contract('flush and close start when called, listened to or not', core, async ctx => {
  const topic = await ctx.uniqueTopic()
  const client = new KafkaClient(ctx.bootstrap, { clientId: 'contract' })
  try {
    const producer = new Producer(client, patient)
    const first = producer.send({ topic, value: 'flushed' })
    producer.flush()
    await first
    const last = producer.send({ topic, value: 'closed' })
    producer.close()
    assert.instance(await failureOf(producer.send({ topic, value: 'too late' })), ClosedError)
    await last
    assert.equal(await valuesIn(client, topic), ['flushed', 'closed'])
  } finally {
    await client.close()
  }
})

contract('a failure that nobody hears is told once as an event and once as a warning', core, ctx =>
  withProducer(ctx, { maxBatchBytes: 4_000_000 }, async ({ client, producer, topic }) => {
    const unheard = eventsOf(producer, 'delivery-unheard')
    const large = () => producer.send({ topic, value: Buffer.alloc(2_000_000) })
    const seen = await warnings(async () => {
      for (let i = 0; i < 2; i++) {
        large()
        await producer.flush()
      }
      await failureOf(large())
      await producer.send({ topic, value: 'after' })
    })
    assert.equal(
      unheard.map(({ deliveries, error }) => [deliveries, String(error).includes('MESSAGE_TOO_LARGE')]),
      [
        [1, true],
        [1, true],
      ],
    )
    assert.is(seen.length, 1)
    assert.match(seen[0]!, 'nobody listened')
    assert.equal(await valuesIn(client, topic), ['after'])
  }),
)

runContract()
