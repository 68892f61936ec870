import { concat, concatMap, defer, ignoreElements, NEVER } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, encodeAssignment } from '../../src/protocol'
import { divided, partitions, start } from './members'

for (const face of ['process', 'processEach'] as const)
  test(`${face}: who unsubscribes amid a rebalance that waits for its handlers leaves the group at once`, async () => {
    const { clock, member, end } = await start(10)
    const [first, second] = [member(), member()]
    const running = first.run(
      face === 'process' ? first.group.process(() => NEVER) : first.group.processEach(() => NEVER),
    )
    await clock.until(divided(first))
    await clock.advance(1000)
    second.run(second.group.process(() => undefined))
    // The next heartbeat has told of the rebalance.
    await clock.advance(4000)
    assert.equal(second.owned, [])
    running.unsubscribe()
    await clock.until(divided(second), 6000)
    assert.is(first.count('release-timed-out'), 0)
    await end()
  })

for (const kind of ['dynamic', 'static'])
  test(`a ${kind} member that waits for the others to join stops at once`, async () => {
    const { clock, member, end } = await start(10)
    const [first, second] = [member(), member('orders', kind === 'static' ? { groupInstanceId: 'two' } : {})]
    first.run(first.group.process(() => NEVER))
    await clock.until(divided(first))
    second.run(second.group.process(() => undefined))
    await clock.advance(1000)
    const began = clock.now()
    await clock.outcomeOf(second.group.stop())
    assert.ok(clock.now() - began < 6000, `${clock.now() - began} ms`)
    await end()
  })

test('for await gives no batch of a partition that was taken away before it was asked for', async () => {
  const { clock, member, end } = await start(20)
  const [first, second, third] = [member(), member(), member()]
  const stale: string[] = []
  let goOn = (): void => undefined
  void (async () => {
    for await (const batch of first.group) {
      if (batch.signal.aborted) stale.push(batch.toString())
      await new Promise<void>(resolve => (goOn = resolve))
    }
  })()
  await clock.until(divided(first))
  await clock.advance(1000)
  // The body outlasts this rebalance, so that a batch of the next assignment waits behind it; the next takes that away.
  second.run(second.group.process(() => NEVER))
  await clock.until(divided(first, second))
  await clock.advance(5000)
  third.run(third.group.process(() => NEVER))
  await clock.until(() => third.owned.length > 0)
  goOn()
  await clock.advance(1000)
  assert.equal(stale, [])
  await end()
})

test('start, concatMap, commit: a rebalance that takes a waiting batch away does not end the stream', async () => {
  const { clock, member, pause, end } = await start(10)
  const [first, second] = [member(), member()]
  first.run(
    first.group
      .start()
      .pipe(concatMap(batch => concat(defer(() => pause(8000)).pipe(ignoreElements()), batch.commit()))),
  )
  await clock.until(divided(first))
  await clock.advance(1000)
  second.run(second.group.process(() => undefined))
  await clock.until(divided(first, second))
  await clock.advance(60_000)
  assert.equal(first.errors, [])
  assert.ok(divided(first, second)())
  await end()
})

test('a partition that the leader, another client, names twice is assigned and read once', async () => {
  const { clock, kafka, member, end } = await start(10)
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  const assignment = encodeAssignment({
    assignedPartitions: [{ topic: 'orders', partitions: [...all, 0, 3] }],
  })
  kafka.faults.on(Apis.SyncGroup, async run => ({ ...((await run.carryOut()) as object), assignment }))
  const assigned: number[] = []
  const only = member('orders', {
    onAssigned: given => void assigned.push(...given.map(({ partition }) => partition)),
  })
  const seen: string[] = []
  only.run(only.group.process(batch => void seen.push(batch.toString())))
  await clock.advance(30_000)
  assert.equal(only.errors, [])
  assert.equal(assigned, all)
  assert.equal(
    seen.sort(),
    all.map(partition => `Batch(orders/${partition} offsets 0 to 9)`),
  )
  await end()
})

test.run()
