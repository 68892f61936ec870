import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../src'
import { recordsText } from '../../src/cli/records-text'
import { carriedRecords, readFrame, requestKind, responseKind, type JsonObject } from '../../src/protocol'
import { goldenFrames, parseExactly, type GoldenFrame } from './golden-frame'
import { recordDifferences } from './record-difference'

function recordsOf({ side, api, version, bytes }: GoldenFrame): JsonObject[] {
  const kind = side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes)
  const carried = [...carriedRecords(kind, readFrame(kind, bytes).body)]
  return carried.map(one => parseExactly([...recordsText(one, codecs)].join('')) as JsonObject)
}

const batchesOf = (frame: GoldenFrame) =>
  frame.records.flatMap(partition => partition['batches'] as readonly JsonObject[])

test('the record batches of recorded frames, in every format and codec, are those that Kafka lists', () => {
  const found = goldenFrames.flatMap(frame => {
    const title = `frames.jsonl:${frame.line} ${frame.api.name} v${frame.version} ${frame.side}`
    return recordDifferences(recordsOf(frame), frame).map(one => `${title}: ${one}`)
  })
  assert.equal(found, [])
  const kinds = goldenFrames
    .flatMap(batchesOf)
    .map(batch => JSON.stringify([batch['magic'], batch['compression']]))
  assert.is(kinds.length, 1455)
  assert.is(new Set(kinds).size, 13)
})

test('batches that were damaged on the way are told as such', () => {
  const damaged = goldenFrames.filter(frame => batchesOf(frame).some(({ crcValid }) => crcValid === false))
  assert.is(damaged.length, 18)
  for (const frame of damaged) {
    const [partition] = recordsOf(frame) as [JsonObject]
    const batch = (partition['batches'] as readonly JsonObject[]).find(({ crcValid }) => crcValid === false)
    assert.match(batch?.['invalid'] as string, /checksum is \d+ where \d+ is stored/)
    assert.type(batch?.['recordsError'], 'string')
  }
})

test.run()
