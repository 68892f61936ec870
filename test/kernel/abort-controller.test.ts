import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { abortController } from '../../src/kernel'

test('a signal that many requests listen to raises no warning of a leak', () => {
  const warnings: string[] = []
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning: string | Error) => void warnings.push(String(warning))
  const controller = abortController()
  let heard = 0
  try {
    for (let i = 0; i < 1000; i++) controller.signal.addEventListener('abort', () => void heard++)
  } finally {
    process.emitWarning = emitWarning
  }
  controller.abort()
  assert.equal(warnings, [])
  assert.is(heard, 1000)
})

test.run()
