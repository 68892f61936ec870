import { inspect } from 'node:util'
import { NEVER, Observable, of, timer } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  AlreadyRunningError,
  ArgumentError,
  Deferred,
  ProcessingError,
  ProcessingTimeoutError,
  type Batch,
  type ProcessOptions,
} from '../../../src'
import { numbered } from '../reading'
import { ServedLog } from '../served-log'
import { Watched, Work } from '../watched'

const billing = { groupId: 'billing', maxBatchMessages: 10 }

/** So many batches of 10 messages in each partition. */
async function servedBatches(batches: number, partitions = 1): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++) {
    served.committed.set(partition, 0n)
    for (let i = 0; i < batches; i++) served.append(numbered(10, 10 * i), { partition })
  }
  return served
}

const processing = (
  served: ServedLog,
  handler: (batch: Batch) => unknown,
  options: ProcessOptions<Batch> = {},
) => new Watched(served, billing, consumer => consumer.process(handler as () => void, options))

/** A handler that a test ends by hand, which goes by the first offset; those of partition 1 go by 1000 more. */
function byHand(work: Work) {
  return ({ partition, firstOffset }: Batch) => work.byHand(1000n * BigInt(partition) + firstOffset)
}

test('the batches of a partition are worked on one after another, partitions side by side', async () => {
  const served = await servedBatches(3, 2)
  const work = new Work()
  const { values } = processing(served, byHand(work))
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 1000n])
  work.end.get(1000n)!()
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 1000n, 1010n])
  work.end.get(0n)!()
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 1000n, 1010n, 10n])
  assert.equal(
    values.map(({ partition, offset, messages }) => [partition, offset, messages]),
    [
      [1, 0n, 10],
      [0, 0n, 10],
    ],
  )
})

test('maxConcurrency is for all partitions together', async () => {
  const served = await servedBatches(4, 5)
  const work = new Work()
  processing(served, byHand(work), { maxConcurrency: 2 })
  await served.clock.advance(1000)
  assert.is(work.begun.length, 2)
  for (let done = 1; done <= 8; done++) {
    ;[...work.end.values()][0]!()
    await served.clock.advance(100)
    assert.is(work.begun.length - work.done.length, 2)
  }
})

const answers: Readonly<Record<string, (after: Promise<void>) => unknown>> = {
  'a promise': after => after,
  'an Observable': after => new Observable(subscriber => void after.then(() => subscriber.complete())),
  'an Observable of many': after =>
    new Observable(subscriber => {
      subscriber.next(1)
      void after.then(() => (subscriber.next(2), subscriber.complete()))
    }),
  'a Deferred': after => Deferred.from('work', () => after),
  'what an async generator gives': async function* (after) {
    yield 1
    await after
  },
}

for (const [name, answer] of Object.entries(answers))
  test(`a handler that answers ${name} is done when that has ended`, async () => {
    const served = await servedBatches(2)
    const work = new Work()
    const watched = processing(served, batch => answer(byHand(work)(batch)))
    await served.clock.advance(6000)
    assert.equal(work.begun, [0n])
    assert.is(served.committed.get(0), 0n)
    work.endAll()
    await served.clock.advance(6000)
    assert.equal(work.begun, [0n, 10n])
    assert.is(served.committed.get(0), 10n)
    assert.is(watched.error, undefined)
  })

for (const answer of [undefined, 7, 'text', [1, 2], new Map([[1, 2]]), Buffer.from('x'), null])
  test(`a handler that answers ${inspect(answer)} is done at once`, async () => {
    const served = await servedBatches(3)
    const { values } = processing(served, () => answer)
    await served.clock.until(() => values.length === 3)
  })

const failing: Readonly<Record<string, (error: Error) => unknown>> = {
  'throws at once': error => {
    throw error
  },
  'answers a promise that rejects': error => Promise.reject(error),
  'answers an Observable that fails': error =>
    new Observable(subscriber => {
      subscriber.next(1)
      subscriber.error(error)
    }),
  'answers a Deferred that fails': error => Deferred.failed(error),
}

for (const [name, handler] of Object.entries(failing))
  test(`a handler that ${name} ends the stream: what is done is committed, what failed is named and is not`, async () => {
    const served = await servedBatches(3)
    const cause = new Error('no such account')
    const watched = processing(served, ({ firstOffset }) =>
      firstOffset === 10n ? handler(cause) : undefined,
    )
    await served.clock.until(() => watched.error !== undefined)
    const error = watched.error as ProcessingError
    assert.instance(error, ProcessingError)
    assert.is(error.message, 'orders/0 offset 10: the handler failed: no such account')
    assert.is(error.cause, cause)
    assert.is(served.committed.get(0), 10n)
    assert.is(watched.values.length, 1)
  })

const unheard: Readonly<Record<string, () => unknown>> = {
  'an array of promises': () => [Promise.resolve(), 1],
  'an array of Observables': () => [of(1)],
  'a generator that nobody runs': function* () {
    yield 1
  },
}

for (const [name, handler] of Object.entries(unheard))
  test(`a handler that answers ${name} has failed: nothing is done that nobody waits for`, async () => {
    const served = await servedBatches(1)
    const watched = processing(served, handler)
    await served.clock.until(() => watched.error !== undefined)
    assert.match((watched.error as Error).message, /the handler answered/)
    assert.is(served.committed.get(0), 0n)
  })

test('when one fails, the others may end, and are committed', async () => {
  const served = await servedBatches(2, 3)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  work.fail.get(1000n)!(new Error('first'))
  await served.clock.advance(10_000)
  assert.is(watched.error, undefined)
  assert.equal(work.begun, [0n, 1000n, 2000n])
  work.end.get(0n)!()
  work.fail.get(2000n)!(new Error('second'))
  await served.clock.advance(100)
  assert.match(String(watched.error), /orders\/1 offset 0: the handler failed: first/)
  assert.equal([...served.committed.values()], [10n, 0n, 0n])
})

test('others that do not end are waited for half a minute, and an event says so', async () => {
  const served = await servedBatches(2, 2)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  work.fail.get(1000n)!(new Error('first'))
  await served.clock.advance(29_000)
  assert.is(watched.error, undefined)
  await served.clock.advance(1500)
  assert.instance(watched.error, ProcessingError)
  assert.is(watched.of('close-timed-out').length, 1)
})

test('onError retry calls again after pauses that grow, and goes on', async () => {
  const served = await servedBatches(2)
  const times: number[] = []
  const watched = processing(
    served,
    ({ firstOffset }) => {
      times.push(served.clock.now())
      if (firstOffset === 0n && times.length < 4) throw new Error('not yet')
    },
    { onError: 'retry' },
  )
  await served.clock.until(() => watched.values.length === 2)
  const pauses = times.slice(1, 4).map((time, i) => time - times[i]!)
  assert.ok(pauses[0]! > 50 && pauses[2]! > 200 && pauses[2]! < 1000, pauses.join())
})

test('onError retry fails after maxAttempts, and says how many', async () => {
  const served = await servedBatches(2)
  let calls = 0
  const fail = () => {
    calls++
    throw new Error('never')
  }
  const watched = processing(served, fail, { onError: 'retry', maxAttempts: 3 })
  await served.clock.until(() => watched.error !== undefined)
  assert.is(calls, 3)
  assert.match(String(watched.error), /failed 3 times: never/)
})

test('onError skip goes on behind what failed, which is an event, and commits', async () => {
  const served = await servedBatches(3)
  const watched = processing(
    served,
    ({ firstOffset }) => {
      if (firstOffset === 10n) throw new Error('bad')
    },
    { onError: 'skip' },
  )
  await served.clock.advance(6000)
  assert.equal(
    watched.values.map(({ offset }) => offset),
    [0n, 20n],
  )
  assert.match(String(watched.of('skipped')[0]!.error), /orders\/0 offset 10/)
  assert.is(served.committed.get(0), 30n)
})

test('onError pause holds the partition only, says so again and again, and goes on with the same when it is resumed', async () => {
  const served = await servedBatches(3, 2)
  let isDown = true
  const seen: string[] = []
  const watched = processing(
    served,
    ({ partition, firstOffset }) => {
      seen.push(`${partition}:${firstOffset}`)
      if (partition === 0 && firstOffset === 10n && isDown) throw new Error('down')
    },
    { onError: 'pause' },
  )
  await served.clock.advance(1000)
  assert.is(watched.values.length, 4)
  assert.is(watched.of('paused').length, 1)
  assert.is(watched.consumer.explain()[0]!.state, 'paused')
  await served.clock.advance(120_000)
  assert.is(watched.of('paused').length, 3)
  assert.match(String(watched.of('paused')[2]!.error), /orders\/0 offset 10: the handler failed: down/)
  isDown = false
  watched.consumer.resume()
  await served.clock.until(() => watched.values.length === 6)
  assert.is(seen.filter(one => one === '0:10').length, 2)
  await served.clock.advance(120_000)
  assert.is(watched.of('paused').length, 3)
  assert.is(served.committed.get(0), 30n)
})

test('a paused partition leaves its place under maxConcurrency to the others', async () => {
  const served = await servedBatches(2, 2)
  const done: string[] = []
  const handler = async ({ partition, firstOffset }: Batch) => {
    await new Promise<void>(resolve => served.clock.after(50, resolve))
    if (partition === 0) throw new Error('down')
    done.push(`${partition}:${firstOffset}`)
  }
  processing(served, handler, { onError: 'pause', maxConcurrency: 1 })
  await served.clock.advance(200)
  assert.equal(done, ['1:0', '1:10'])
})

test('close does not wait for a batch whose partition is paused', async () => {
  const served = await servedBatches(3)
  const fail = () => {
    throw new Error('down')
  }
  const watched = processing(served, fail, { onError: 'pause' })
  await served.clock.advance(1000)
  watched.consumer.close()
  await served.clock.advance(100)
  assert.ok(watched.isComplete)
  assert.is(served.committed.get(0), 0n)
})

test('onError with a function: what failed is done when its answer has ended', async () => {
  const served = await servedBatches(2)
  const dead = new Work()
  const errors: unknown[] = []
  const watched = processing(
    served,
    ({ firstOffset }) => {
      if (firstOffset === 0n) throw new Error('bad')
    },
    { onError: (batch, error) => (errors.push(error), dead.byHand(batch.firstOffset)) },
  )
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 0n)
  assert.match(String(errors[0]), /bad/)
  dead.endAll()
  await served.clock.until(() => watched.values.length === 2)
  await served.clock.advance(6000)
  assert.is(served.committed.get(0), 20n)
})

test('onError with a function that fails ends the stream, naming both', async () => {
  const served = await servedBatches(2)
  const fail = (why: string) => () => {
    throw new Error(why)
  }
  const watched = processing(served, fail('bad'), { onError: fail('no dead letters') })
  await served.clock.until(() => watched.error !== undefined)
  assert.match(String(watched.error), /the handler failed: bad; then onError failed: no dead letters/)
})

test('a handler over maxProcessingMs has failed for good, by name; what it answers later counts for nothing', async () => {
  const served = await servedBatches(2)
  const work = new Work()
  const watched = processing(served, byHand(work), { maxProcessingMs: 5000 })
  await served.clock.advance(4900)
  assert.is(watched.error, undefined)
  await served.clock.advance(1000)
  assert.instance(watched.error, ProcessingTimeoutError)
  assert.match(String(watched.error), /orders\/0 offset 0: the handler has not ended within 5000 ms/)
  work.endAll()
  await served.clock.advance(10_000)
  assert.is(served.committed.get(0), 0n)
  assert.is(watched.values.length, 0)
})

test('maxProcessingMs is for each call: attempts and the pauses between them may last longer', async () => {
  const served = await servedBatches(1)
  let calls = 0
  const watched = processing(
    served,
    () =>
      new Promise<void>((resolve, reject) =>
        served.clock.after(800, () => (++calls < 4 ? reject(new Error('busy')) : resolve())),
      ),
    { onError: 'retry', maxProcessingMs: 1000, retryBackoffMs: 2000 },
  )
  await served.clock.until(() => watched.values.length === 1)
  assert.is(calls, 4)
})

test('close waits for the handlers, commits what they did, and begins nothing more', async () => {
  const served = await servedBatches(3, 2)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  watched.consumer.close()
  await served.clock.advance(5000)
  assert.not(watched.isComplete)
  work.endAll()
  await served.clock.advance(100)
  assert.ok(watched.isComplete)
  assert.equal(work.begun, [0n, 1000n])
  assert.equal([...served.committed.values()], [10n, 10n])
})

test('unsubscribing gives up what can be given up; only what was done is committed', async () => {
  const served = await servedBatches(3)
  let isLeft = false
  let last: Batch | undefined
  const watched = processing(served, batch => {
    last = batch
    if (batch.firstOffset === 0n) return undefined
    return new Observable(() => () => (isLeft = true))
  })
  await served.clock.advance(100)
  watched.subscription.unsubscribe()
  assert.ok(isLeft)
  assert.ok(last!.signal.aborted)
  await served.clock.advance(1000)
  assert.is(served.committed.get(0), 10n)
  assert.is(served.clock.pending > 0 && watched.values.length, 1)
})

test('unsubscribing in the pause before another attempt is the end of it', async () => {
  const served = await servedBatches(1)
  let calls = 0
  const fail = () => {
    calls++
    throw new Error('never')
  }
  const watched = processing(served, fail, { onError: 'retry', maxAttempts: 1000 })
  await served.clock.advance(1000)
  watched.subscription.unsubscribe()
  const before = calls
  await served.clock.advance(60_000)
  assert.is(calls, before)
})

test('what is no handler, and bad options, are refused through the stream, at once', async () => {
  const served = await servedBatches(1)
  for (const [handler, options] of [
    [undefined, {}],
    ['save', {}],
    [() => undefined, { onError: 'ignore' }],
    [() => undefined, { maxConcurrency: 0 }],
    [() => undefined, { maxConcurency: 1 }],
  ] as const) {
    const watched = processing(served, handler as () => void, options as never)
    assert.instance(watched.error, ArgumentError)
  }
})

test('it is cold: nothing is read until it is subscribed to, a second at the same time is refused', async () => {
  const served = await servedBatches(1)
  const watched = processing(served, () => NEVER)
  let error: unknown
  watched.consumer.process(() => timer(1)).subscribe({ error: (thrown: unknown) => (error = thrown) })
  assert.instance(error, AlreadyRunningError)
})

test('without a groupId it reads from the earliest if it is told so, and acks only what is done', async () => {
  const served = await servedBatches(2)
  const work = new Work()
  const watched = new Watched(served, { maxBatchMessages: 10 }, consumer => consumer.process(byHand(work)))
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n])
  assert.is(watched.inHand, 1)
  work.endAll()
  await served.clock.until(() => work.begun.length === 2)
})

test.run()
