import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LastingTrouble, VirtualClock } from '../../src/kernel'

function watch() {
  const clock = new VirtualClock()
  const told: string[] = []
  const trouble = new LastingTrouble(clock, text => told.push(text))
  const second = async () => {
    trouble.goesOn(() => 'no broker')
    await clock.advance(1000)
  }
  const seconds = async (count: number) => {
    for (let i = 0; i < count; i++) await second()
  }
  return { told, trouble, seconds }
}

test('trouble that passes within five seconds is not told', async () => {
  const { told, trouble, seconds } = watch()
  await seconds(5)
  trouble.mended()
  await seconds(5)
  assert.equal(told, [])
})

test('trouble that lasts is told after five seconds, and then once a minute', async () => {
  const { told, seconds } = watch()
  await seconds(130)
  assert.equal(told, ['for 5 s: no broker', 'for 65 s: no broker', 'for 125 s: no broker'])
})

test.run()
