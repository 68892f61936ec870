import { NEVER, Observable, tap } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, ProcessingTimeoutError, type Batch } from '../../../src'
import { divided, partitions, start } from '../members'

test('process: before a partition is let go its handler is waited for and committed, so nothing is done twice', async () => {
  const { clock, member, pause, end } = await start(50)
  const done: string[] = []
  const save = async ({ partition, firstOffset }: Batch) => {
    await pause(7000)
    done.push(`${partition}:${firstOffset}`)
  }
  const [first, second] = [member(), member()]
  first.run(first.group.process(save))
  await clock.until(divided(first))
  await clock.advance(1000)
  second.run(second.group.process(save))
  await clock.until(divided(first, second))
  await clock.until(() => done.length >= 20)
  assert.is(new Set(done).size, 20)
  assert.is(done.length, 20)
  assert.is(first.count('release-timed-out'), 0)
  assert.equal([...first.errors, ...second.errors], [])
  await end()
})

test('a subscription that follows another at once goes on where that one has acked', async () => {
  const { clock, member, end } = await start(50)
  const only = member()
  const firsts: string[] = []
  const subscription = only.run(
    only.group.start().pipe(
      tap(batch => {
        if (batch.firstOffset === 0n) batch.ack()
      }),
    ),
  )
  await clock.until(() => only.group.explain().length === partitions)
  await clock.until(() => only.group.explain().every(({ inHand }) => inHand > 0))
  subscription.unsubscribe()
  only.run(only.group.start().pipe(tap(batch => firsts.push(`${batch.partition}:${batch.firstOffset}`))))
  await clock.until(() => firsts.length >= partitions)
  assert.equal(firsts.slice(0, partitions).sort(), ['0:10', '1:10', '2:10', '3:10'])
  assert.is(only.count('commit-failed'), 0)
  await end()
})

test('processEach: only what was begun is waited for, however much was delivered', async () => {
  const { clock, member, pause, end } = await start(200)
  const done: string[] = []
  const [first, second] = [member(), member()]
  const save = (of: string) => async (message: { partition: number; offset: bigint }) => {
    await pause(1000)
    done.push(`${of} ${message.partition}:${message.offset}`)
  }
  first.run(first.group.processEach(save('first')))
  await clock.until(divided(first))
  await clock.advance(5000)
  const began = clock.now()
  second.run(second.group.processEach(save('second')))
  await clock.until(divided(first, second))
  assert.ok(clock.now() - began < 8000, `${clock.now() - began} ms`)
  await clock.until(() => done.length === 4 * 200)
  const whats = done.map(one => one.split(' ')[1])
  assert.is(new Set(whats).size, 4 * 200)
  for (const partition of second.owned) {
    const of = done.filter(one => one.includes(` ${partition}:`)).map(one => one.split(' ')[0])
    assert.is(of.lastIndexOf('first') + 1, of.indexOf('second'), 'one after the other')
  }
  await end()
})

for (const face of ['process', 'processEach'] as const)
  test(`${face}: a handler that outlasts the rebalance is given up with its partition, and an event says so`, async () => {
    const { clock, member, kafka, end } = await start(20)
    let left = 0
    const [first, second] = [member(), member()]
    const hang = () => new Observable(() => () => left++)
    first.run(face === 'process' ? first.group.process(hang) : first.group.processEach(hang))
    await clock.until(divided(first))
    await clock.advance(1000)
    const seen: string[] = []
    second.run(second.group.process(({ partition }) => void seen.push(`${partition}`)))
    await clock.until(() => second.owned.length > 0)
    assert.is(first.count('release-timed-out'), 1)
    assert.is(left, 4)
    await clock.until(() => new Set(seen).size === second.owned.length)
    assert.is(kafka.committed('billing', 'orders', first.owned[0]), 0n)
    assert.equal([...first.errors, ...second.errors], [])
    await end()
  })

for (const face of ['process', 'processEach'] as const)
  test(`${face}: the signal of a handler aborts when its partition is given up in a rebalance, and not before`, async () => {
    const { clock, member, end } = await start(20)
    const [first, second] = [member(), member()]
    const signals: AbortSignal[] = []
    const aborted = () => signals.filter(signal => signal.aborted).length
    const hang = (signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<void>(() => undefined)
    }
    first.run(
      face === 'process'
        ? first.group.process(({ signal }) => hang(signal))
        : first.group.processEach((_, { signal }) => hang(signal)),
    )
    await clock.until(() => signals.length === partitions)
    second.run(second.group.process(() => undefined))
    await clock.advance(5000)
    assert.is(aborted(), 0)
    await clock.until(() => first.count('release-timed-out') === 1)
    await clock.until(divided(first, second))
    assert.ok(signals.slice(0, partitions).every(signal => signal.aborted))
    await end()
  })

test('a handler that outlasts the rebalance costs only its own work, with the timeouts that are usual too', async () => {
  const { clock, kafka, member, end } = await start(20)
  const [first, second] = [member('orders', { rebalanceTimeoutMs: 60_000 }), member()]
  first.run(first.group.process(({ partition }) => (partition === 0 ? NEVER : undefined)))
  await clock.until(divided(first))
  second.run(second.group.process(() => undefined))
  await clock.until(divided(first, second))
  assert.is(first.count('release-timed-out'), 1)
  assert.is(first.count('lost'), 0)
  assert.is(kafka.committed('billing', 'orders', 3), 20n)
  await end()
})

test('a member whose handler is over maxProcessingMs says so, commits what is done, and leaves: another does the work', async () => {
  const { clock, kafka, member, end } = await start(20)
  const [first, second] = [member(), member()]
  const seen: number[] = []
  first.run(
    first.group.process(({ partition }) => (partition === 0 ? NEVER : undefined), {
      maxProcessingMs: 10_000,
    }),
  )
  await clock.until(divided(first))
  await clock.until(() => first.errors.length > 0, 11_000)
  assert.instance(first.errors[0], ProcessingTimeoutError)
  second.run(second.group.process(({ partition }) => void seen.push(partition)))
  // Nobody waits for a session to end.
  await clock.until(divided(second), 5000)
  await clock.advance(1000)
  assert.equal(seen, [0, 0])
  assert.is(kafka.committed('billing', 'orders', 3), 20n)
  await end()
})

test('processEach: what one member has done ahead the next one does not do again', async () => {
  const { clock, member, end } = await start(10)
  const [first, second] = [member(), member()]
  const only = new Set<bigint>([0n, 2n, 3n, 7n])
  const running = first.run(
    first.group.processEach(
      ({ partition, offset }) =>
        partition === 0 && !only.has(offset) ? new Promise<void>(() => undefined) : undefined,
      { ordering: 'unordered' },
    ),
  )
  await clock.until(divided(first))
  await clock.advance(1000)
  running.unsubscribe()
  await clock.advance(1000)
  const again: bigint[] = []
  second.run(second.group.processEach(({ offset }) => void again.push(offset)))
  await clock.until(divided(second))
  await clock.advance(1000)
  assert.equal(again, [1n, 4n, 5n, 6n, 8n, 9n])
  await end()
})

test('partitions$: the stream of a partition completes when it is taken away', async () => {
  const { clock, member, end } = await start(5)
  const [first, second] = [member(), member()]
  const completed: number[] = []
  const streams: number[] = []
  first.run(
    new Observable(() =>
      first.group.partitions$().subscribe({
        next: one => {
          streams.push(one.partition)
          one.subscribe({
            next: batch => batch.ack(),
            error: assert.unreachable,
            complete: () => completed.push(one.partition),
          })
        },
        error: assert.unreachable,
      }),
    ),
  )
  await clock.until(divided(first))
  assert.equal(streams, [0, 1, 2, 3])
  second.run(second.group.process(() => undefined))
  await clock.until(divided(first, second))
  // Eager: all are let go, and some come back as new streams.
  assert.equal(completed.sort(), [0, 1, 2, 3])
  assert.equal(streams.slice(4).sort(), first.owned)
  await end()
})

test('for await goes on over a rebalance; what was in hand counts, or is read again by whoever has it', async () => {
  const { clock, member, pause, end } = await start(30)
  const [first, second] = [member(), member()]
  const seen: string[] = []
  const work = (async () => {
    for await (const { partition, firstOffset } of first.group) {
      await pause(2000)
      seen.push(`${partition}:${firstOffset}`)
    }
  })()
  await clock.until(divided(first))
  await clock.advance(500)
  second.run(
    second.group.process(({ partition, firstOffset }) => void seen.push(`${partition}:${firstOffset}`)),
  )
  await clock.until(() => new Set(seen).size === 12)
  assert.is(seen.length, 12)
  first.group.close()
  await clock.outcomeOf(work)
  await end()
})

for (const face of ['process', 'processEach'] as const)
  test(`${face} refuses the option from, which would be without effect`, async () => {
    const { member, end } = await start(1)
    const only = member()
    only.run(only.group[face](() => undefined, { from: 7 } as object))
    const [error] = only.errors as ArgumentError[]
    assert.instance(error, ArgumentError)
    assert.is(error!.argument, `${face} option from`)
    await end()
  })

test('a topic that is made while its group waits for it is read from its beginning, also at the latest', async () => {
  const { clock, kafka, member, end } = await start(1)
  const late = member('refunds', { autoOffsetReset: 'latest' })
  const seen: string[] = []
  late.run(late.group.start().pipe(tap(batch => seen.push(...batch.messages.map(({ value }) => `${value}`)))))
  await clock.until(() => late.count('assigned') > 0)
  assert.is(late.count('waiting-for-topic'), 1)
  await clock.outcomeOf(kafka.createTopic('refunds', { partitions: 2 }))
  for (const partition of [0, 1])
    kafka.partition('refunds', partition).append([{ value: `first ${partition}` }])
  await clock.until(() => seen.length === 2, 600_000)
  assert.equal(seen.sort(), ['first 0', 'first 1'])
  assert.equal(late.errors, [])
  await end()
})

test.run()
