import { of, throwError } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DeliveryError, UnavailableError } from '../../../src/kernel'
import { faultsOf, Ledger } from '.'

const at = { topic: 'orders', partition: 0 }

/** One call of so many messages, acknowledged at this offset. */
function delivered(ledger: Ledger, offset: bigint, count = 1): readonly string[] {
  const entry = ledger.enter('orders', 0, count)
  ledger.watch(entry, of({ ...at, offset, timestamp: -1n }))
  return entry.values
}

function failed(ledger: Ledger, maybeWritten: boolean): readonly string[] {
  const entry = ledger.enter('orders', 0)
  const error = new DeliveryError(at, new UnavailableError('nobody', []), maybeWritten)
  ledger.watch(
    entry,
    throwError(() => error),
  )
  return entry.values
}

function read(ledger: Ledger, values: readonly string[]): readonly string[] {
  values.forEach((value, offset) => ledger.read('orders', 0, value, BigInt(offset)))
  return faultsOf(ledger.account()).map(wrong => wrong.replace(/:.*/, ''))
}

test('a log that is as it was told is right', () => {
  const ledger = new Ledger()
  const values = [...delivered(ledger, 0n), ...failed(ledger, true), ...delivered(ledger, 2n, 2)]
  failed(ledger, false)
  assert.equal(read(ledger, values), [])
  const { calls, unknown, unknownWritten, unwritten } = ledger.account()
  assert.equal([calls, unknown, unknownWritten, unwritten], [4, 1, 1, 1])
})

test('what was acknowledged and is not there is lost', () => {
  const ledger = new Ledger()
  delivered(ledger, 0n)
  assert.equal(read(ledger, []), ['1 lost'])
})

test('what is there twice is doubled, but not across two lives of the topic', () => {
  const ledger = new Ledger()
  const [value] = delivered(ledger, 0n)
  assert.equal(read(ledger, [value!]), [])
  ledger.turn('orders')
  assert.equal(read(ledger, [value!]), [])
  assert.equal(read(ledger, [value!]), ['1 doubled'])
})

test('what lies before what was called earlier is out of order', () => {
  const ledger = new Ledger()
  const values = [...delivered(ledger, 1n), ...delivered(ledger, 0n)]
  assert.equal(read(ledger, values.reverse()), ['1 disordered'])
})

test('a call that is not whole is torn', () => {
  const ledger = new Ledger()
  const [one, , three] = delivered(ledger, 0n, 3)
  assert.equal(read(ledger, [one!, three!]), ['1 torn'])
})

test('what lies elsewhere than was told is misplaced', () => {
  const ledger = new Ledger()
  assert.equal(read(ledger, delivered(ledger, 7n)), ['1 misplaced'])
})

test('what is there although it was said not to be is a lie', () => {
  const ledger = new Ledger()
  assert.equal(read(ledger, failed(ledger, false)), ['1 lies'])
})

test('every call has one outcome', () => {
  const ledger = new Ledger()
  const entry = ledger.enter('orders', 0)
  assert.equal(read(ledger, []), ['1 open'])
  for (let time = 0; time < 2; time++) ledger.watch(entry, of({ ...at, offset: -1n, timestamp: -1n }))
  assert.equal(read(ledger, entry.values), ['1 ambiguous'])
})

test.run()
