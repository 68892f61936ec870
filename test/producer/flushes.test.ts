import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Flushes } from '../../src/producer/flushes'

/** Names of the flushes that have ended. */
function follow(flushes: Flushes) {
  const over: string[] = []
  return {
    over,
    flush: (name: string) => void flushes.all().then(() => over.push(name)),
    settled: () => new Promise(resolve => void setImmediate(resolve)),
  }
}

test('a flush ends when all that came before it has ended, in whatever order', async () => {
  const flushes = new Flushes()
  const { over, flush, settled } = follow(flushes)
  const [first, second] = [flushes.entered(), flushes.entered()]
  flush('early')
  const third = flushes.entered()
  flush('late')
  flushes.entered()
  flushes.ended(third)
  flushes.ended(second)
  await settled()
  assert.equal(over, [])
  flushes.ended(first)
  await settled()
  assert.equal(over, ['early', 'late'])
  assert.ok(flushes.isEmpty)
})

test('a flush with nothing before it ends at once', async () => {
  const flushes = new Flushes()
  const { over, flush, settled } = follow(flushes)
  flush('idle')
  flushes.ended(flushes.entered())
  flush('again')
  await settled()
  assert.equal(over, ['idle', 'again'])
})

test('a flush after each of 20,000 calls costs no more than the calls', async () => {
  const flushes = new Flushes()
  const { over, flush, settled } = follow(flushes)
  const before = process.memoryUsage().heapUsed
  const eras = Array.from({ length: 20_000 }, () => {
    const era = flushes.entered()
    flush('each')
    return era
  })
  assert.ok(process.memoryUsage().heapUsed - before < 100e6)
  for (const era of eras.reverse()) flushes.ended(era)
  await settled()
  assert.is(over.length, 20_000)
})

test.run()
