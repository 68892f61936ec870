import * as assert from 'uvu/assert'
import { from, lastValueFrom, Subject, take, toArray, type Observable } from 'rxjs'
import { BufferFullError, FailedMessagesError, KafkaClient, Producer, type DeliveryError } from '../../src'
import { contract, runContract } from '../support/contract'
import { eventsOf, messagesIn, numbered, valuesIn, withProducer } from '../support/producing'

const count = 5000

contract('all messages of a source are written, each where its result says', { core: true }, async ctx => {
  const partitions = 3
  const topic = await ctx.uniqueTopic(partitions)
  const client = new KafkaClient(ctx.bootstrap, { clientId: 'contract' })
  try {
    const producer = new Producer(client)
    const messages = Array.from({ length: count }, (_, index) => {
      return { topic, partition: index % partitions, value: `${index}`, passThrough: index }
    })
    const pulled = producer.sendAll(messages, { maxInFlight: 500 }).pipe(toArray())
    const piped = from(messages).pipe(producer.sendAll(), toArray())
    const next = Array.from({ length: partitions }, () => 0)
    const expected = [...messages, ...messages].map(({ passThrough, partition }) => {
      return [passThrough, partition, BigInt(next[partition]!++)]
    })
    const results = [...(await lastValueFrom(pulled)), ...(await lastValueFrom(piped))]
    assert.equal(
      results.map(({ passThrough, partition, offset }) => [passThrough, partition, offset]),
      expected,
    )
    const [first] = await client.sendFetchRequest([{ topic, partition: 1, offset: 0 }])
    assert.equal(
      first!.messages.slice(0, 3).map(({ value }) => String(value)),
      ['1', '4', '7'],
    )
  } finally {
    await client.close()
  }
})

/** What a stream tells, in its order, and how it ends. */
function told(results$: Observable<unknown>): Promise<{ results: unknown[]; end: unknown }> {
  const results: unknown[] = []
  return new Promise(resolve =>
    results$.subscribe({
      next: result => results.push(result),
      error: (end: unknown) => resolve({ results, end }),
      complete: () => resolve({ results, end: 'complete' }),
    }),
  )
}

const needs = { core: true, needs: [{ api: 'Produce', version: 3 } as const] }

contract(
  'a message that the broker refuses is told as asked for, and those before and behind it are written',
  needs,
  ctx =>
    withProducer(ctx, { bufferCount: 1, maxBatchBytes: 4_000_000 }, async ({ client, producer, topic }) => {
      const messages = numbered(5).map((value, passThrough) => {
        return { topic, value: passThrough === 2 ? Buffer.alloc(2_000_000) : value, passThrough }
      })
      const emitted = await told(producer.sendAll(messages, { onError: 'emit' }))
      assert.equal(
        emitted.results.map(result => {
          const { passThrough, offset, error } = result as {
            passThrough: number
            offset?: bigint
            error?: DeliveryError
          }
          return [passThrough, error ? error.message.includes('MESSAGE_TOO_LARGE') : offset]
        }),
        [
          [0, 0n],
          [1, 1n],
          [2, true],
          [3, 2n],
          [4, 3n],
        ],
      )
      assert.is(emitted.end, 'complete')
      const delayed = await told(producer.sendAll(messages))
      assert.is(delayed.results.length, 4)
      assert.instance(delayed.end, FailedMessagesError)
      const stopped = await told(producer.sendAll(messages, { onError: 'stop', maxInFlight: 1 }))
      assert.is(stopped.results.length, 2)
      assert.match(String(stopped.end), 'MESSAGE_TOO_LARGE')
      const kept = ['message 0', 'message 1', 'message 3', 'message 4']
      assert.equal(await valuesIn(client, topic), [...kept, ...kept, 'message 0', 'message 1'])
    }),
)

contract(
  'an iterable is read no further than there is room, and a source in a pipe is told that there is none',
  { core: true },
  ctx =>
    withProducer(ctx, { maxBufferedBytes: 100_000 }, async ({ client, producer, topic }) => {
      let read = 0
      let done = 0
      let most = 0
      function* messages() {
        for (; read < 200; read++) {
          most = Math.max(most, read - done)
          yield { topic, value: Buffer.alloc(5000) }
        }
      }
      await producer.sendAll(messages(), { maxInFlight: 50 }).forEach(() => done++)
      assert.is(done, 200)
      assert.ok(most > 1 && most < 25, String(most))
      const burst = numbered(100).map(value => ({ topic, value: value.padEnd(5000) }))
      const full = await told(from(burst).pipe(producer.sendAll()))
      assert.instance(full.end, BufferFullError)
      const dropped = eventsOf(producer, 'message-dropped')
      const some = await told(from(burst).pipe(producer.sendAll({ overflow: 'drop' })))
      assert.is(some.end, 'complete')
      assert.is(some.results.length + dropped.length, 100)
      assert.ok(dropped.length > 50)
      const written = (await messagesIn(client, topic)).length
      assert.is(written, 200 + full.results.length + some.results.length)
    }),
)

contract(
  'sendAll is cold, reads its source for each subscriber, and no more when that leaves',
  { core: true },
  ctx =>
    withProducer(ctx, {}, async ({ client, producer, topic }) => {
      let reads = 0
      function* messages() {
        for (const value of numbered(1000)) {
          reads++
          yield { topic, value }
        }
      }
      const sending$ = producer.sendAll({ [Symbol.iterator]: messages }, { maxInFlight: 10 })
      const source$ = new Subject<{ topic: string; value: string }>()
      const piped$ = source$.pipe(producer.sendAll())
      assert.is(reads, 0)
      assert.not(source$.observed)
      for (const round of [1, 2]) {
        await lastValueFrom(sending$.pipe(take(5)))
        assert.ok(reads >= 5 * round && reads <= 20 * round, String(reads))
      }
      const leaving = told(piped$.pipe(take(1)))
      source$.next({ topic, value: 'piped' })
      assert.is((await leaving).results.length, 1)
      assert.not(source$.observed)
      // What was accepted is delivered.
      await producer.flush()
      assert.is((await valuesIn(client, topic)).length, reads + 1)
    }),
)

runContract()
