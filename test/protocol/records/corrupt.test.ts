import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorruptRecordError, DecompressionError } from '../../../src/kernel'
import { encodeBatch, type RecordBatch } from '../../../src/protocol'
import { codecs } from '../../../src/compression'
import { batchesOf, batchOf } from './reading'

const header = 61
const countAt = 57

/** A batch around records given byte by byte, as nobody would write it. */
function crafted(records: string, { count = 1, lastDelta = 9 } = {}): Buffer {
  const bytes = Buffer.concat([
    encodeBatch([{ value: '' }], { timestamp: 0 }).subarray(0, header),
    hex(records),
  ])
  bytes.writeBigInt64BE(42n, 0)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt32BE(lastDelta, 23)
  bytes.writeInt32BE(count, countAt)
  return bytes
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

function refusedWith(reason: RegExp): (error: unknown) => boolean {
  return error =>
    error instanceof CorruptRecordError &&
    error.offset === 42n &&
    error.message.startsWith('orders/3 offset 42: ') &&
    reason.test(error.message)
}

function assertRefused(bytes: Buffer, reason: RegExp): void {
  const batch = batchOf(bytes, { checkCrc: false })
  assert.throws(() => batch.records(), refusedWith(reason), `${reason}`)
}

// length, attributes, timestamp, offset, key length, key, value length, value, header count
const sound = '10 00 00 00 02 6b 02 76 00'

test('the record that the cases below damage is sound', () => {
  const [record] = batchOf(crafted(sound), { checkCrc: false }).records()
  assert.equal([record!.key!.toString(), record!.value!.toString()], ['k', 'v'])
})

test('a record length that does not fit the batch or its fields is refused', () => {
  assertRefused(crafted('12 00 00 00 02 6b 02 76 00'), /record 1 of 1, byte 1 .*record length 9/)
  assertRefused(crafted('0e 00 00 00 02 6b 02 76 00'), /the fields end elsewhere than the record/)
  assertRefused(crafted('01 00 00 00 02 6b 02 76 00'), /record length -1/)
  assertRefused(crafted('feffffff0f 00 00'), /record length 2147483647/)
  assertRefused(crafted('12 00 00 00 02 6b 02 76 00 00'), /the fields end elsewhere/)
})

test('key and value lengths that do not fit their record are refused', () => {
  assertRefused(crafted('10 00 00 00 0c 6b 02 76 00'), /byte 5 .*length 6/)
  assertRefused(crafted('10 00 00 00 03 6b 02 76 00'), /length -2/)
  assertRefused(crafted('10 00 00 00 02 6b 04 76 00'), /fields end elsewhere|cut off/)
  assertRefused(crafted('10 00 00 00 02 6b 06 76 00'), /length 3/)
  assertRefused(crafted('18 00 00 00 feffffff0f 6b 02 76 00 00'), /length 2147483647/)
})

test('a length that reaches into the next record is refused', () => {
  assertRefused(crafted(`10 00 00 00 02 6b 08 76 00 ${sound}`, { count: 2 }), /record 1 of 2.*length 4/)
})

test('headers that lie about their number or lengths are refused', () => {
  assertRefused(crafted('10 00 00 00 02 6b 02 76 01'), /-1 headers/)
  assertRefused(crafted('10 00 00 00 02 6b 02 76 02'), /cut off/)
  assertRefused(crafted('18 00 00 00 02 6b 02 76 feffffff0f'), /cut off|length|header/)
  assertRefused(crafted('16 00 00 00 02 6b 02 76 02 01 01 00'), /header name of length -1/)
  assertRefused(crafted('16 00 00 00 02 6b 02 76 02 02 68 03'), /length -2/)
  assertRefused(crafted('16 00 00 00 02 6b 02 76 02 02 68 04'), /length 2/)
})

test('a varint that does not end is refused', () => {
  assertRefused(crafted('ffffffffffff'), /varint of more than 32 bits/)
  assertRefused(crafted(`20 00 ${'ff'.repeat(10)} 01 00 01 01 00`), /varint of more than 64 bits/)
  assertRefused(crafted('80'), /cut off/)
})

test('a count that lies is refused, however large', () => {
  assertRefused(crafted(sound, { count: 2 }), /record 2 of 2.*cut off/)
  assertRefused(crafted(sound, { count: 0x7fffffff }), /record 2 of 2147483647/)
  assertRefused(crafted(sound, { count: -1 }), /-1 records/)
  assertRefused(crafted(sound + sound), /record 1 of 1.*9 bytes behind the last record/)
})

test('an offset outside of the batch is refused', () => {
  assertRefused(crafted('10 00 00 14 02 6b 02 76 00'), /offset delta 10/)
  assertRefused(crafted('10 00 00 01 02 6b 02 76 00'), /offset delta -1/)
  assertRefused(crafted(sound, { lastDelta: -1 }), /offset delta -1/)
})

test('a changed bit in what the checksum covers is refused, before anything is decompressed', () => {
  const bytes = encodeBatch([{ value: 'value' }], { timestamp: 0, codec: codecs('gzip') })
  for (let at = 21; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 0x10
    const refuse = () => {
      throw new Error('decompressed')
    }
    const batch = batchOf(damaged, { codecs: refuse })
    assert.throws(() => batch.records(), /checksum is \d+ where \d+ is stored/)
    assert.throws(() => batch.verify(), /checksum is/)
  }
})

test('a batch that was sound once is not summed again', () => {
  const bytes = encodeBatch([{ value: 'value' }], { timestamp: 0 })
  const batch = batchOf(bytes)
  batch.verify()
  bytes[bytes.length - 2]! ^= 1
  assert.is(batch.records().length, 1)
})

test('data that cannot be decompressed is corrupt, with the reason and the cause', () => {
  const bytes = Buffer.concat([encodeBatch([{ value: '' }], { timestamp: 0, codec: codecs('gzip') })])
  bytes.fill(0, header)
  bytes.writeBigInt64BE(42n, 0)
  assert.throws(
    () => batchOf(bytes, { checkCrc: false }).records(),
    (error: unknown) =>
      refusedWith(/ gzip: /)(error) && (error as CorruptRecordError).cause instanceof DecompressionError,
  )
})

test('what is no batch ends the reading, after the batches before it', () => {
  const good = encodeBatch([{ value: '' }], { timestamp: 0 })
  const cases: [number, number, number, RegExp][] = [
    [16, 1, 3, /magic 3, where 0, 1 and 2 are known/],
    [8, 4, 48, /a batch of format 2 in 60 bytes/],
    [8, 4, 0, /a batch of format 2 in 12 bytes/],
    [8, 4, -1, /a batch of format 2 in 11 bytes/],
    [8, 4, -0x80000000, /a batch of format 2 in -2147483636 bytes/],
  ]
  for (const [at, width, value, reason] of cases) {
    const bad = Buffer.from(good)
    bad.writeBigInt64BE(42n, 0)
    bad.writeIntBE(value, at, width)
    const batches = batchesOf(Buffer.concat([good, bad]))[Symbol.iterator]()
    const { value: first } = batches.next() as IteratorYieldResult<RecordBatch>
    assert.is(first.baseOffset, 0n)
    assert.throws(() => batches.next(), refusedWith(reason), `${reason}`)
  }
})

test.run()
