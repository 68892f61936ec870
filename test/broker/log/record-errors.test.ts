import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Message } from '../../../src/kernel'
import type { LogSettings } from '../../../src/broker/log'
import { patched } from '../../support/wire'
import { batchOf, inShort, logOf, now, usual } from './log-rig'

const hour = 3_600_000
const compact: Partial<LogSettings> = { cleanupPolicy: { compact: true, delete: false } }
const appendTime: Partial<LogSettings> = { timestampType: 'LogAppendTime' }

/** The error, and the records for which it is. */
function refusal(batch: Buffer, settings: Partial<LogSettings>): unknown[] {
  const outcome = logOf(settings).append(batch, usual)
  if (outcome.error === undefined) return []
  assert.is.not(outcome.message, null)
  for (const { message } of outcome.recordErrors) assert.ok(message.length > 0)
  return [outcome.error, ...outcome.recordErrors.map(({ batchIndex }) => batchIndex)]
}

const keyless: readonly Message[] = [
  { key: 'a', value: '1' },
  { value: '2' },
  { key: '', value: '3' },
  { value: '4' },
]

for (const compression of ['none', 'gzip'] as const) {
  test(`a compacted topic takes no record without a key (compression ${compression})`, () => {
    assert.equal(refusal(batchOf(keyless, { compression }), compact), ['INVALID_RECORD', 1, 3])
    assert.equal(refusal(batchOf(keyless, { compression }), {}), [])
  })

  test(`a record may not be too far in the future (compression ${compression})`, () => {
    const times = [now, now + hour, now + hour + 1, -1, now + 2 * hour]
    const batch = () =>
      batchOf(
        times.map(timestamp => ({ value: 'a', timestamp })),
        { compression },
      )
    assert.equal(refusal(batch(), {}), ['INVALID_TIMESTAMP', 2, 4])
    assert.equal(refusal(batch(), { timestampAfterMaxMs: 2 * hour }), [])
    assert.equal(refusal(batch(), appendTime), [])
  })

  test(`a record may be as old as the topic allows (compression ${compression})`, () => {
    const times = [now, -1, now - 1000, now - 1001, 0]
    const batch = () =>
      batchOf(
        times.map(timestamp => ({ value: 'a', timestamp })),
        { compression },
      )
    assert.equal(refusal(batch(), { timestampBeforeMaxMs: 1000 }), ['INVALID_TIMESTAMP', 3, 4])
    assert.equal(refusal(batch(), {}), [])
  })
}

test('wrong times weigh more than missing keys, and a record is told of once', () => {
  const messages = [
    { value: 'a', timestamp: now + 2 * hour },
    { key: 'k', value: 'b', timestamp: now + 2 * hour },
  ]
  assert.equal(refusal(batchOf(messages), compact), ['INVALID_TIMESTAMP', 0, 1])
  assert.equal(refusal(batchOf([...messages, { value: 'c', timestamp: now }]), compact), [
    'INVALID_TIMESTAMP',
    0,
    1,
    2,
  ])
})

test('no client may say that the log gave the times', () => {
  const batch = (maxTimestamp: number) => patched(batchOf(['a', 'b']), { attributes: 8, maxTimestamp })
  assert.equal(refusal(batch(5), appendTime), ['INVALID_TIMESTAMP', 0, 1])
  assert.equal(refusal(batch(-1), {}), ['INVALID_TIMESTAMP', 0, 1])
  assert.equal(refusal(batch(now + 2 * hour), {}), ['INVALID_TIMESTAMP', 0, 1])
})

test('times before 1970 are taken, and the newest is -1 at least', () => {
  const log = logOf()
  const batch = patched(batchOf([{ value: 'a', timestamp: 0 }]), { baseTimestamp: -5, maxTimestamp: -5 })
  assert.is(inShort(log.append(batch, usual)), '0')
  assert.is([...log.batches()][0]!.maxTimestamp, -1n)
})

test('times that are far apart are told exactly', () => {
  const log = logOf()
  log.append(
    batchOf([
      { value: 'a', timestamp: -1 },
      { value: 'b', timestamp: now - 1 },
    ]),
    usual,
  )
  assert.is([...log.batches()][0]!.maxTimestamp, BigInt(now - 1))
})

test.run()
