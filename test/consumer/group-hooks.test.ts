import { tap, throwError } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ArgumentError,
  RebalanceHookError,
  type Batch,
  type RebalanceHook,
  type TopicPartition,
} from '../../src'
import { answerWith } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { divided, partitions, start } from './members'

const { Fetch, Heartbeat, JoinGroup, OffsetFetch } = Apis

const numbersOf = (list: readonly TopicPartition[]): string =>
  list
    .map(({ partition }) => partition)
    .sort()
    .join('')

test('onAssigned: nothing is asked for before it has ended, and seek in it says where to begin', async () => {
  const { clock, kafka, member, pause, end } = await start(20)
  const firsts: string[] = []
  const told: string[] = []
  const only = member('orders', {
    onAssigned: async list => {
      told.push(numbersOf(list))
      await pause(5000)
      only.group.seek({ topic: 'orders', partition: 2 }, 15)
      told.push('ended')
    },
  })
  only.run(
    only.group.process(({ partition, firstOffset }) => void firsts.push(`${partition}:${firstOffset}`)),
  )
  await clock.until(divided(only))
  await clock.advance(4900)
  assert.equal(told, ['0123'])
  assert.is(kafka.requests.of(Fetch).length + kafka.requests.of(OffsetFetch).length, 0)
  assert.match(only.group.explain()[0]!.reason, 'onAssigned')
  await clock.until(() => firsts.length >= 7)
  assert.equal(told, ['0123', 'ended'])
  assert.equal(firsts.sort(), ['0:0', '0:10', '1:0', '1:10', '2:15', '3:0', '3:10'])
  await end()
})

test('onRevoked: called when handlers that ran have ended, and waited for before anybody else has the partitions', async () => {
  const { clock, member, pause, end } = await start(50)
  const log: string[] = []
  const save = async ({ partition }: Batch) => {
    await pause(2000)
    log.push(`${partition} done`)
  }
  const first = member('orders', {
    onRevoked: async list => {
      log.push(`revoked ${numbersOf(list)}`)
      await pause(3000)
      log.push('let go')
    },
  })
  const second = member('orders', { onAssigned: list => void log.push(`second ${numbersOf(list)}`) })
  first.run(first.group.process(save))
  await clock.until(divided(first))
  await clock.advance(1000)
  second.run(second.group.process(() => undefined))
  await clock.until(divided(first, second))
  const at = log.indexOf('revoked 0123')
  assert.ok(at >= partitions, log.join())
  assert.equal(log.slice(at), ['revoked 0123', 'let go', `second ${second.owned.join('')}`])
  assert.is(first.count('lost'), 0)
  await end()
})

test('hooks come one after the other: a rebalance amid onAssigned waits for its end', async () => {
  const { clock, member, pause, end } = await start(20)
  const log: string[] = []
  const slow = (what: string) => async (list: readonly TopicPartition[]) => {
    log.push(`${what} ${list.length}`)
    await pause(8000)
    log.push(`end of ${what}`)
  }
  const first = member('orders', { onAssigned: slow('assigned'), onRevoked: slow('revoked') })
  const second = member()
  first.run(first.group.process(() => undefined))
  await clock.until(divided(first))
  second.run(second.group.process(() => undefined))
  await clock.until(divided(first, second), 60_000)
  await clock.advance(10_000)
  assert.equal(log.slice(0, 4), ['assigned 4', 'end of assigned', 'revoked 4', 'end of revoked'])
  assert.equal(log.slice(4), ['assigned 2', 'end of assigned'])
  await end()
})

test('onRevoked: what start gave away may be acked and committed in it, and is not read again', async () => {
  const { clock, member, end } = await start(20)
  const held: Batch[] = []
  const again: string[] = []
  let stored = 0
  const first = member('orders', {
    maxInFlightBatches: 2,
    autoCommitIntervalMs: 0,
    onRevoked: async () => {
      const last = held.pop()!
      for (const batch of held) batch.ack()
      await last.commit()
      stored++
    },
  })
  const second = member()
  first.run(first.group.start().pipe(tap(batch => held.push(batch))))
  await clock.until(() => held.length === 2 * partitions)
  const began = clock.now()
  second.run(second.group.process(batch => void again.push(`${batch}`)))
  await clock.until(divided(first, second))
  // Nobody waited for somebody who would ack.
  assert.ok(clock.now() - began < 5000, `${clock.now() - began} ms`)
  await clock.advance(1000)
  assert.is(stored, 1)
  assert.equal(again, [])
  assert.is(first.count('release-timed-out'), 0)
  await end()
})

test('onLost: called at once and onRevoked is not; what is assigned next waits for its end', async () => {
  const { clock, kafka, member, pause, end } = await start(20)
  const log: string[] = []
  const only = member('orders', {
    onAssigned: list => void log.push(`assigned ${numbersOf(list)} at ${clock.now()}`),
    onRevoked: () => void log.push('revoked'),
    onLost: async list => {
      log.push(`lost ${numbersOf(list)}`)
      await pause(4000)
      log.push('forgotten')
    },
  })
  only.run(only.group.process(() => undefined))
  await clock.until(divided(only))
  await clock.advance(1000)
  kafka.faults.once(Heartbeat, answerWith('ILLEGAL_GENERATION'))
  await clock.until(() => only.count('assigned') === 2)
  await clock.until(() => log.length === 4)
  assert.equal(
    log.map(one => one.replace(/ at .*/, '')),
    ['assigned 0123', 'lost 0123', 'forgotten', 'assigned 0123'],
  )
  assert.equal(only.errors, [])
  await end()
})

test('onRevoked that never ends: when the group would wait no longer partitions are lost, and all goes on', async () => {
  const { clock, member, end } = await start(20)
  const log: string[] = []
  const first = member('orders', {
    onAssigned: () => void log.push('assigned'),
    onRevoked: () => new Promise(() => undefined),
    onLost: list => void log.push(`lost ${numbersOf(list)}`),
  })
  const second = member()
  first.run(first.group.process(() => undefined))
  await clock.until(divided(first))
  await clock.advance(1000)
  const began = clock.now()
  second.run(second.group.process(() => undefined))
  await clock.until(() => log.includes('lost 0123'))
  assert.ok(clock.now() - began <= 20_000, `${clock.now() - began} ms`)
  await clock.until(divided(first, second))
  assert.equal(log, ['assigned', 'lost 0123', 'assigned'])
  assert.equal([...first.errors, ...second.errors], [])
  await end()
})

const failures: readonly (readonly [string, RebalanceHook])[] = [
  [
    'throws',
    () => {
      throw new RangeError('no idea')
    },
  ],
  ['answers a promise that is rejected', () => Promise.reject(new RangeError('no idea'))],
  ['answers an Observable that fails', () => throwError(() => new RangeError('no idea'))],
]

for (const name of ['onAssigned', 'onRevoked', 'onLost'] as const)
  for (const [how, hook] of failures)
    test(`${name} that ${how} ends the stream with a RebalanceHookError; what is done is committed, and the group left`, async () => {
      const { clock, kafka, member, end } = await start(20)
      const first = member('orders', { [name]: hook, autoCommitIntervalMs: 0 })
      const second = member()
      first.run(first.group.process(() => undefined))
      await clock.until(() => first.count('assigned') > 0)
      await clock.advance(1000)
      const joins = kafka.requests.of(JoinGroup).length
      if (name === 'onRevoked') second.run(second.group.process(() => undefined))
      if (name === 'onLost') kafka.faults.once(Heartbeat, answerWith('ILLEGAL_GENERATION'))
      await clock.until(() => first.errors.length > 0, 20_000)
      const [error] = first.errors as RebalanceHookError[]
      assert.instance(error, RebalanceHookError)
      assert.equal([error!.hook, error!.message], [name, `${name} failed: no idea`])
      assert.instance(error!.cause, RangeError)
      assert.equal(
        first.of('hook-failed').map(event => event.error),
        [error],
      )
      if (name === 'onRevoked') {
        await clock.until(divided(second))
        assert.is(kafka.committed('billing', 'orders', 0), 20n)
        assert.is(kafka.requests.of(JoinGroup).length - joins, 2, 'only the newcomer has joined')
      } else await clock.until(() => kafka.group('billing')!.members.length === 0, 10_000)
      await end()
    })

test('closing: onRevoked comes last, when all is committed; its failure is an event, and close does not fail', async () => {
  const { clock, kafka, member, end } = await start(20)
  const committed: unknown[] = []
  const only = member('orders', {
    autoCommitIntervalMs: 0,
    onRevoked: list => {
      committed.push(numbersOf(list), kafka.committed('billing', 'orders', 3))
      throw new RangeError('no idea')
    },
  })
  only.run(only.group.process(() => undefined))
  await clock.until(divided(only))
  await clock.advance(1000)
  await clock.outcomeOf(only.group.close())
  assert.equal(committed, ['0123', 20n])
  assert.is(only.count('hook-failed'), 1)
  assert.equal(only.errors, [])
  await end()
})

test('no hook is told of an empty list, and one that is no function is refused by its name', async () => {
  const { clock, member, end } = await start(1)
  const told: string[] = []
  const tell: RebalanceHook = list => void told.push(numbersOf(list))
  const none = member('nowhere', { onAssigned: tell, onRevoked: tell, onLost: tell })
  none.run(none.group.process(() => undefined))
  await clock.until(() => none.count('assigned') > 0)
  await clock.outcomeOf(none.group.close())
  assert.equal(told, [])
  assert.throws(
    () => member('orders', { onRevoked: 'log' as never }),
    (error: unknown) => error instanceof ArgumentError && error.argument === 'group option onRevoked',
  )
  await end()
})

test.run()
