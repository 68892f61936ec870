import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TimeoutError, VirtualClock } from '../../src'
import { Heartbeats } from '../../src/group/heartbeats'

test('a session that stays silent is told again after each session, until somebody acts on it', async () => {
  const clock = new VirtualClock()
  const told: number[] = []
  const heartbeats = new Heartbeats({
    clock,
    intervalMs: 3000,
    sessionTimeoutMs: 45_000,
    pauseMs: () => 100,
    ask: () => Promise.reject(new TimeoutError('call', 1, 'Heartbeat')),
    refused: assert.unreachable,
    failed: () => undefined,
    answered: assert.unreachable,
    silent: () => told.push(clock.now()),
  })
  const began = clock.now()
  await clock.advance(100_000)
  heartbeats.stop()
  await clock.advance(100_000)
  assert.equal(
    told.map(at => at - began),
    [45_000, 90_000],
  )
})

test.run()
