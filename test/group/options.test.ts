import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { settleMembership } from '../../src/group'
import { ArgumentError } from '../../src/kernel'

test('without options it is as in Java, but for a rebalance timeout of a minute', () => {
  const { assignors, ...rest } = settleMembership()
  assert.equal(rest, {
    groupInstanceId: undefined,
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 3000,
    rebalanceTimeoutMs: 60_000,
  })
  assert.equal(
    assignors.map(({ name }) => name),
    ['range', 'roundrobin'],
  )
})

test('assignors are given by name, or are one’s own', () => {
  const own = { name: 'own', assign: () => new Map() }
  const { assignors } = settleMembership({ assignors: ['roundrobin', own] })
  assert.equal(
    assignors.map(({ name }) => name),
    ['roundrobin', 'own'],
  )
})

for (const [options, named] of [
  [{ assignors: [] }, 'assignors'],
  [{ assignors: ['sticky'] }, 'assignors'],
  [{ assignors: ['range', 'range'] }, 'assignors'],
  [{ assignors: [{ name: 'own' }] }, 'assignors'],
  [{ assignors: [{ name: '', assign: () => new Map() }] }, 'assignors'],
  [{ assignors: 'range' }, 'assignors'],
  [{ groupInstanceId: '' }, 'groupInstanceId'],
  [{ sessionTimeoutMs: 0 }, 'sessionTimeoutMs'],
  [{ heartbeatIntervalMs: 1.5 }, 'heartbeatIntervalMs'],
  [{ heartbeatIntervalMs: 6000, sessionTimeoutMs: 6000 }, 'heartbeatIntervalMs'],
  [{ rebalanceTimeoutMs: -1 }, 'rebalanceTimeoutMs'],
  [{ sessionTimeout: 1 }, 'sessionTimeout'],
] as const)
  test(`${JSON.stringify(options)} is refused by its name`, () => {
    assert.throws(
      () => settleMembership(options as object),
      (error: unknown) => error instanceof ArgumentError && error.argument === `group option ${named}`,
    )
  })

test.run()
