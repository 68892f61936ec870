import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Life } from '../../../src/broker/server'

test('who wants to know of the end hears of it once, and not who has forgotten', () => {
  const life = new Life()
  const heard: string[] = []
  life.onEnd(() => heard.push('a'))
  life.onEnd(() => heard.push('b'))()
  life.end()
  life.end()
  assert.equal(heard, ['a'])
})

test('after the end it is heard soon, but not before the one who asks has gone on', async () => {
  const life = new Life()
  life.end()
  const heard: string[] = []
  life.onEnd(() => heard.push('a'))
  life.onEnd(() => heard.push('b'))()
  assert.equal(heard, [])
  await Promise.resolve()
  assert.equal(heard, ['a'])
  life.end()
  assert.equal(heard, ['a'])
})

test.run()
