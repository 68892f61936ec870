import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, byteCount, flag, milliseconds, oneOf, optional, settle, text } from '../../src/kernel'

const table = {
  timeoutMs: milliseconds(30_000),
  maxBytes: byteCount(1024, 16),
  eager: flag(true),
  clientId: text('rx-kafka'),
  rack: optional(text('none')),
  acks: oneOf(['all', 'none', 1], 'all'),
}
const defaults = {
  ...{ timeoutMs: 30_000, maxBytes: 1024, eager: true },
  ...{ clientId: 'rx-kafka', rack: undefined, acks: 'all' },
}

test('what is left out, or undefined, has its default', () => {
  assert.equal(settle('client', table), defaults)
  assert.equal(settle('client', table, { timeoutMs: undefined }), defaults)
})

test('what is given is kept up to the limits, false and 0 too', () => {
  const given = { timeoutMs: 0, maxBytes: 16, eager: false, clientId: 'c', rack: 'r', acks: 1 } as const
  assert.equal(settle('client', table, given), given)
  assert.is(settle('client', table, { timeoutMs: 2147483647 }).timeoutMs, 2147483647)
})

const wrong: readonly [option: string, value: unknown, text: string][] = [
  ['timeoutMs', 2147483648, 'expected whole milliseconds from 0 to 2147483647, got 2147483648'],
  ['timeoutMs', -1, 'expected whole milliseconds from 0 to 2147483647, got -1'],
  ['timeoutMs', '5', 'expected whole milliseconds from 0 to 2147483647, got "5"'],
  ['maxBytes', 15, 'expected a whole number of bytes from 16 to 2147483647, got 15'],
  ['maxBytes', 16.5, 'expected a whole number of bytes from 16 to 2147483647, got 16.5'],
  ['eager', 1, 'expected true or false, got 1'],
  ['clientId', '', 'expected a string that is not empty, got ""'],
  ['rack', null, 'expected a string that is not empty, got null'],
  ['acks', 'some', 'expected one of "all", "none", 1, got "some"'],
]

test('a wrong value is refused with the option, what would do, and what was given', () => {
  for (const [option, value, said] of wrong)
    assert.throws(
      () => settle('client', table, { [option]: value }),
      (error: unknown) =>
        error instanceof ArgumentError && error.message === `client option ${option}: ${said}`,
      `${option} ${String(value)}`,
    )
})

const messageOf = (given: object): string => {
  try {
    settle('client', table, given)
  } catch (error) {
    assert.instance(error, ArgumentError)
    return (error as Error).message
  }
  return 'it was taken'
}

test('an unknown name is refused with those that are known', () => {
  const text = `client option retries: expected a known option (${Object.keys(table).join(', ')}), got 5`
  assert.is(messageOf({ retries: 5 }), text)
})

test('an unknown name that is nearly a known one is refused with that one alone', () => {
  const near: readonly [given: string, meant: string][] = [
    ['timeout', 'timeoutMs'],
    ['timoutMs', 'timeoutMs'],
    ['clientID', 'clientId'],
    ['maxByte', 'maxBytes'],
    ['bytes', 'maxBytes'],
    ['kcas', 'acks'],
    ['eagre', 'eager'],
  ]
  for (const [given, meant] of near)
    assert.is(
      messageOf({ [given]: 5 }),
      given === 'kcas'
        ? `client option kcas: expected a known option (${Object.keys(table).join(', ')}), got 5`
        : `client option ${given}: expected a known option (did you mean ${meant}?), got 5`,
    )
})

test('options that are no object are refused', () => {
  for (const given of [null, 'timeoutMs', []])
    assert.throws(() => settle('client', table, given as never), /client options: expected an object/)
})

test.run()
