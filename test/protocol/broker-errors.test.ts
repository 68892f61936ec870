import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerError } from '../../src/kernel'
import { brokerError, errorRow, errorRows } from '../../src/protocol'

const test = suite('Broker errors')

test('an error says where, name, code and what it means', () => {
  const error = brokerError(6, 'Fetch orders/3')
  assert.instance(error, BrokerError)
  assert.is(
    error.message,
    'Fetch orders/3: NOT_LEADER_OR_FOLLOWER (6), another broker leads this partition now',
  )
  assert.is(error.remedy, 'refresh-metadata')
  assert.is(error.brokerMessage, null)
})

test("the broker's own words win over ours", () => {
  const error = brokerError(44, 'CreateTopics orders', 'at most 10 partitions')
  assert.is(error.message, 'CreateTopics orders: POLICY_VIOLATION (44), at most 10 partitions')
  assert.is(error.brokerMessage, 'at most 10 partitions')
})

test('a broker that adds no words adds no comma either', () => {
  assert.is(brokerError(15, 'FindCoordinator', '').message, brokerError(15, 'FindCoordinator').message)
})

test('a code that we do not know is kept and given up on', () => {
  const { name, code, remedy } = errorRow(9999)
  assert.equal([name, code, remedy], ['UNKNOWN_CODE_9999', 9999, 'give-up'])
  assert.is(brokerError(9999, 'Fetch').retriable, false)
  assert.is(errorRow(-7).name, 'UNKNOWN_CODE_-7')
})

test('what helps is data', () => {
  const remedies = [2, 3, 16, 25, 1, 59, 29].map(code => errorRow(code).remedy)
  assert.equal(remedies, [
    'retry',
    'refresh-metadata',
    'find-coordinator',
    'rejoin',
    'reset-offset',
    'new-producer-id',
    'give-up',
  ])
})

test('the same bytes may be sent again only where nothing in them has to change', () => {
  const isRetriable = (code: number): boolean => brokerError(code, 'test').retriable
  assert.equal([2, 3, 16].map(isRetriable), [true, true, true])
  assert.equal([-1, 0, 1, 25, 59, 29, 9999].map(isRetriable), Array(7).fill(false))
})

test('codes and names are given once, without gaps', () => {
  const rows = [...errorRows.values()]
  assert.equal(
    rows.map(({ code }) => code),
    rows.map((_, index) => index - 1),
  )
  assert.is(new Set(rows.map(({ name }) => name)).size, rows.length)
})

test('a meaning continues a sentence: it begins small and has no full stop', () => {
  for (const { meaning, name } of errorRows.values()) assert.match(meaning, /^[^A-Z.].*[^.]$/, name)
})

test.run()
