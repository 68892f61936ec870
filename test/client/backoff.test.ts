import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Backoff, jittered } from '../../src/client/backoff'
import { seededRandom, VirtualClock } from '../../src/kernel'

function backoff() {
  const clock = new VirtualClock()
  return { clock, backoff: new Backoff({ initialMs: 50, maxMs: 1000, clock, random: () => 0.5 }) }
}

test('the pause doubles with every failure, up to its cap', () => {
  const { backoff: b } = backoff()
  const pauses = Array.from({ length: 7 }, () => {
    b.failed()
    return b.waitMs
  })
  assert.equal(pauses, [50, 100, 200, 400, 800, 1000, 1000])
})

test('a success shorter than 10 s does not reset it: a broker that accepts and drops is not well', async () => {
  const { clock, backoff: b } = backoff()
  for (let i = 0; i < 4; i++) b.failed()
  b.connected()
  await clock.advance(9_000)
  b.failed()
  assert.is(b.waitMs, 800)
})

test('a success longer than 10 s does', async () => {
  const { clock, backoff: b } = backoff()
  for (let i = 0; i < 4; i++) b.failed()
  b.connected()
  await clock.advance(10_001)
  b.failed()
  assert.is(b.waitMs, 50)
})

test('the pause passes with time', async () => {
  const { clock, backoff: b } = backoff()
  b.failed()
  await clock.advance(30)
  assert.is(b.waitMs, 20)
  await clock.advance(30)
  assert.is(b.waitMs, 0)
})

test('jitter stays within a fifth, both ways', () => {
  const random = seededRandom(1)
  const values = Array.from({ length: 1000 }, () => jittered(1000, random))
  assert.ok(Math.min(...values) >= 800 && Math.max(...values) <= 1200)
  assert.ok(Math.min(...values) < 850 && Math.max(...values) > 1150)
})

test.run()
