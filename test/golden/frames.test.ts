import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ProtocolError } from '../../src/kernel'
import {
  encodeFrame,
  explainFrame,
  jsonOf,
  layoutOf,
  readFrame,
  RequestHeader,
  requestKind,
  ResponseHeader,
  responseKind,
  type FrameKind,
} from '../../src/protocol'
import { differences } from './difference'
import { goldenFrames, unreadFrames, type GoldenFrame } from './golden-frame'

/** Where we read on purpose otherwise than Kafka's classes, and why. */
const deliberate: readonly { readonly api: string; readonly path: RegExp; readonly reason: string }[] = []

function kindOf({ side, api, version, bytes }: GoldenFrame): FrameKind {
  return side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes)
}

function title({ line, api, version, side, source }: GoldenFrame): string {
  return `frames.jsonl:${line} ${api.name} v${version} ${side} (${source})`
}

function readingDifferences(frame: GoldenFrame): string[] {
  const { side, api, bodyVersion } = frame
  const kind = kindOf(frame)
  assert.is(kind.api, api, title(frame))
  assert.is(kind.version, frame.version, title(frame))
  assert.is(kind.bodyVersion, bodyVersion, title(frame))
  const { header, body } = readFrame(kind, frame.bytes)
  const headerLayout = side === 'request' ? RequestHeader : ResponseHeader
  const bodyLayout = layoutOf(api, side)
  return [
    ...differences(headerLayout.fields, 2, jsonOf(headerLayout, 2, header), frame.headerJson, 'header.'),
    ...differences(bodyLayout.fields, bodyVersion, jsonOf(bodyLayout, bodyVersion, body), frame.bodyJson),
  ].filter(one => !deliberate.some(({ api: name, path }) => name === api.name && path.test(one)))
}

function encodingDifferences(frame: GoldenFrame): string[] {
  const kind = kindOf(frame)
  const again = encodeFrame(kind, readFrame(kind, frame.bytes))
  if (again.equals(frame.bytes)) return []
  const at = again.findIndex((byte, i) => byte !== frame.bytes[i])
  const excerpt = (bytes: Buffer): string => bytes.subarray(at, at + 16).toString('hex')
  return [`byte ${at}: expected ${excerpt(frame.bytes)}, got ${excerpt(again)}`]
}

function check(frames: readonly GoldenFrame[], differencesOf: (frame: GoldenFrame) => string[]): void {
  const found = frames.flatMap(frame => differencesOf(frame).map(one => `${title(frame)}: ${one}`))
  assert.equal(found, [])
}

const apis = [...new Set(goldenFrames.map(({ api }) => api))]
for (const api of apis) {
  const frames = goldenFrames.filter(frame => frame.api === api)
  test(`${api.name}: ${frames.length} recorded frames read field by field as Kafka's classes read them`, () =>
    check(frames, readingDifferences))
  test(`${api.name}: recorded frames are written again byte for byte`, () => {
    const canonical = frames.filter(frame => frame.canonical)
    check(canonical, encodingDifferences)
  })
}

test('every byte of a recorded frame is explained by one row, record batches included', () => {
  for (const frame of goldenFrames) {
    let end = 0
    explainFrame(kindOf(frame), frame.bytes, ({ offset, bytes }) => {
      if (offset !== end) assert.is(offset, end, title(frame))
      end += bytes.length
    })
    assert.is(end, frame.bytes.length, title(frame))
  }
})

test('what stands behind a body is kept and written again', () => {
  const frame = goldenFrames.find(({ side, api }) => side === 'request' && api.name === 'Heartbeat')!
  const bytes = Buffer.concat([frame.bytes, Buffer.from('left over')])
  const kind = requestKind(bytes)
  const whole = readFrame(kind, bytes)
  assert.is(whole.trailing.toString(), 'left over')
  assert.equal(encodeFrame(kind, whole), bytes)
})

test('requests in versions that no release defines are refused, naming what is known', () => {
  const unknown = unreadFrames.filter(({ apiName }) => apiName === 'ApiVersions')
  assert.equal(
    unknown.map(({ line, version }) => [line, version]),
    [
      [1140, 5],
      [1141, 99],
      [1142, 99],
      [1143, 99],
    ],
  )
  for (const { bytes, version } of unknown)
    assert.throws(
      () => requestKind(bytes),
      (error: unknown) =>
        error instanceof ProtocolError &&
        error.message === `ApiVersions v${version}: requestApiVersion, byte 2: known versions are 0 to 4`,
    )
})

test('the frames without a judge are SASL tokens, which have no Kafka header, and unknown ApiVersions', () => {
  assert.equal([...new Set(unreadFrames.map(({ apiName }) => apiName))], ['ApiVersions', 'SaslRawToken'])
  assert.is(goldenFrames.length, 1663 + 1641)
})

test.run()
