import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Message } from '../../../src/kernel'
import { RecordDamage, scanRecords } from '../../../src/broker/log/scan-records'
import { batchOf } from './log-rig'

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 4 })
const message: fc.Arbitrary<Message> = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ maxLength: 70 }), bytes), { maxLength: 3 }),
  timestamp: fc.oneof(fc.constant(-1), fc.nat(), fc.maxSafeNat(), fc.integer({ min: 0, max: 200 })),
})
const messages = fc.array(message, { minLength: 1, maxLength: 80 })
const recordsOf = (list: readonly Message[]): Buffer => batchOf(list).subarray(61)

test('a scan finds what the records say', () => {
  fc.assert(
    fc.property(messages, list => {
      const scan = scanRecords(recordsOf(list), list.length)
      const deltas = list.map(({ timestamp }) => (timestamp as number) - (list[0]!.timestamp as number))
      assert.ok(scan.isContiguous)
      assert.is(
        scan.lacksKey,
        list.some(({ key }) => key === null),
      )
      assert.equal([scan.oldest, scan.newest], [Math.min(...deltas), Math.max(...deltas)])
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('damaged records are either sound or a RecordDamage, and never take long', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  })
  let damaged = 0
  fc.assert(
    fc.property(messages, damage, fc.nat(20), (list, pokes, cut) => {
      const records = Buffer.from(recordsOf(list))
      for (const [at, value] of pokes) records[at % records.length] = value
      try {
        scanRecords(records.subarray(0, records.length - cut), list.length)
      } catch (error) {
        damaged++
        assert.instance(error, RecordDamage)
      }
    }),
    { seed: 2, numRuns: 2000 },
  )
  assert.ok(damaged > 500)
})

test('records cut off anywhere are a RecordDamage', () => {
  const list = [{ key: 'k', value: 'v'.repeat(100), headers: [['h', 'x']] as const }, { value: 'b' }]
  const records = recordsOf(list)
  for (let end = 0; end < records.length; end++)
    assert.throws(
      () => scanRecords(records.subarray(0, end), 2),
      (error: unknown) => error instanceof RecordDamage,
    )
})

test('numbers that are too long are a RecordDamage', () => {
  const long = Buffer.alloc(40, 0xff)
  assert.throws(() => scanRecords(long, 1), /32 bits/)
  const time = Buffer.concat([Buffer.from([80, 0]), long])
  assert.throws(() => scanRecords(time, 1), /64 bits/)
})

test('a header without a name is a RecordDamage', () => {
  const nameless = Buffer.from([16, 0, 0, 0, 1, 1, 2, 1, 1])
  assert.throws(() => scanRecords(nameless, 1), /header name/)
})

test('a huge number of headers is refused at once', () => {
  const huge = Buffer.from([20, 0, 0, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f])
  assert.throws(
    () => scanRecords(huge, 1),
    (error: unknown) => error instanceof RecordDamage,
  )
})

test.run()
