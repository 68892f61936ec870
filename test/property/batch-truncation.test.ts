import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src'
import { carriedRecords, readBatches, readFrame, requestKind, responseKind } from '../../src/protocol'
import { goldenFrames } from '../golden/golden-frame'

test('every truncation of recorded batches gives those that are whole, and counts the rest', () => {
  for (const { line, side, api, version, bytes } of goldenFrames) {
    const kind = side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes)
    for (const { partition, records } of carriedRecords(kind, readFrame(kind, bytes).body)) {
      const options = { topic: 'golden', partition, codecs }
      const ends = [0]
      for (const { sizeInBytes } of readBatches(records, options)) ends.push(ends.at(-1)! + sizeInBytes)
      for (let length = 0; length < records.length; length++) {
        const batches = readBatches(records.subarray(0, length), options)
        const whole = ends.filter(end => end <= length)
        const read = { batches: [...batches].length, trailingBytes: batches.trailingBytes }
        const expected = { batches: whole.length - 1, trailingBytes: length - whole.at(-1)! }
        if (read.batches !== expected.batches || read.trailingBytes !== expected.trailingBytes)
          assert.equal(read, expected, `frames.jsonl:${line}, partition ${partition}, ${length} bytes`)
      }
    }
  }
})

test.run()
