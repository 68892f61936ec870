import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Ledger } from '../../examples/tour/ledger'
import { orderOf } from '../../examples/tour/order'
import { summary } from '../../examples/tour/summary'

/** Books of one partition, after these orders were sent and acknowledged and those were read. */
function booksOf(written: readonly number[], read: readonly number[]): Ledger {
  const ledger = new Ledger(1)
  for (const id of written) {
    ledger.noteSent(orderOf(id))
    ledger.noteAcknowledged(0)
  }
  for (const id of read) ledger.noteRead(0, orderOf(id))
  return ledger
}

const lastRow = (ledger: Ledger): string[] => summary(ledger).split('\n').at(-3)!.trim().split(/ +/)

test('books balance when everything was read once and in order', () => {
  const ledger = booksOf([1, 2, 3], [1, 2, 3])
  assert.ok(ledger.isBalanced)
  assert.equal(lastRow(ledger), ['all', '3', '3', '3', '0', '0', '0'])
  assert.match(summary(ledger), /Nothing is lost/)
})

test('an order that nobody read is missing', () => {
  const ledger = booksOf([1, 2, 3], [1, 3])
  assert.not.ok(ledger.isBalanced)
  assert.equal(lastRow(ledger), ['all', '3', '3', '2', '1', '0', '0'])
  assert.match(summary(ledger), /The books do not balance/)
})

test('an order that came twice is doubled, and out of order where others came between', () => {
  assert.equal(lastRow(booksOf([1, 2], [1, 1, 2])), ['all', '2', '2', '2', '0', '1', '0'])
  assert.equal(lastRow(booksOf([1, 2], [1, 2, 1])), ['all', '2', '2', '2', '0', '1', '1'])
  assert.not.ok(booksOf([1, 2], [1, 1, 2]).isBalanced)
})

test('orders in another order than they were sent are noticed', () => {
  const ledger = booksOf([1, 2, 3], [2, 1, 3])
  assert.equal(lastRow(ledger), ['all', '3', '3', '3', '0', '0', '1'])
  assert.not.ok(ledger.isBalanced)
})

test('an order that was not acknowledged leaves the books open', () => {
  const ledger = booksOf([1], [1, 2])
  ledger.noteSent(orderOf(2))
  assert.not.ok(ledger.isBalanced)
})

test.run()
