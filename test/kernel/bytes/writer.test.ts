import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Long, Reader, Writer } from '../../../src/kernel'

const values: Record<
  string,
  { write: (writer: Writer) => void; read: (reader: Reader) => unknown; value: unknown }
> = {
  int8: { write: w => w.int8(-2), read: r => r.int8(), value: -2 },
  bool: { write: w => w.bool(true), read: r => r.bool(), value: true },
  int16: { write: w => w.int16(-300), read: r => r.int16(), value: -300 },
  int32: { write: w => w.int32(-70_000), read: r => r.int32(), value: -70_000 },
  int64: { write: w => w.int64(-5n), read: r => r.int64(), value: Long.fromNumber(-5) },
  float64: { write: w => w.float64(0.1), read: r => r.float64(), value: 0.1 },
  uvarint: { write: w => w.uvarint(4_000_000_000), read: r => r.uvarint(), value: 4_000_000_000 },
  varint: { write: w => w.varint(-70_000), read: r => r.varint(), value: -70_000 },
  utf8: { write: w => w.utf8('žluť', 6), read: r => r.utf8(6), value: 'žluť' },
  bytes: { write: w => w.bytes(Buffer.from('abc')), read: r => r.bytes(3), value: Buffer.from('abc') },
  uuid: {
    write: w => w.uuid('ueBYVrcTSfuoLECwy2rLEQ'),
    read: r => r.uuid(),
    value: 'ueBYVrcTSfuoLECwy2rLEQ',
  },
}

for (const [name, { write, read, value }] of Object.entries(values))
  test(`${name} reads as it was written, wherever the buffer had to grow`, () => {
    for (let before = 0; before <= 40; before++) {
      const writer = new Writer(16)
      for (let i = 0; i < before; i++) writer.int8(i)
      write(writer)
      const reader = new Reader(Buffer.concat(writer.finish()), before)
      assert.equal(read(reader), value, `after ${before} bytes`)
      assert.is(reader.left, 0)
    }
  })

test.run()
