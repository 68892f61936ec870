import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  jsonOf,
  readFrame,
  requestKind,
  responseKind,
  type JsonObject,
} from '../../src/protocol'
import { differences } from './difference'
import { goldenFrames, type GoldenFrame } from './golden-frame'

type Struct = Readonly<Record<string, unknown>>

/** Every byte string of a body, by its path; elements of an array go by their name or id. */
function* byteStrings(struct: Struct, path: string): Generator<[path: string, bytes: Buffer]> {
  for (const [name, value] of Object.entries(struct)) {
    if (Buffer.isBuffer(value)) yield [path + name, value]
    if (!Array.isArray(value)) continue
    for (const element of value as readonly Struct[]) {
      const id = element['name'] ?? element['memberId'] ?? element['groupId']
      if (typeof id === 'string') yield* byteStrings(element, `${path}${name}.${id}.`)
    }
  }
}

const formats = {
  subscription: { layout: ConsumerProtocolSubscription, decode: decodeSubscription },
  assignment: { layout: ConsumerProtocolAssignment, decode: decodeAssignment },
}

interface Embedded {
  readonly title: string
  readonly format: keyof typeof formats
  readonly version: number
  readonly bytes: Buffer
  readonly fields: JsonObject
}

function embeddedIn(frame: GoldenFrame): Embedded[] {
  const { side, api, version, bytes } = frame
  const kind = side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes)
  const found = new Map(byteStrings(readFrame(kind, bytes).body as Struct, ''))
  return frame.embedded.map(listed => {
    const at = listed['at'] as string
    const format = 'subscription' in listed ? 'subscription' : 'assignment'
    const { version: own, ...fields } = listed[format] as JsonObject
    const title = `frames.jsonl:${frame.line} ${api.name} v${version} ${side} ${at}`
    const here = found.get(at)
    if (!here) throw new Error(`${title}: not found among ${[...found.keys()].join(', ')}`)
    return { title, format, version: own as number, bytes: here, fields }
  })
}

const embedded = goldenFrames.flatMap(embeddedIn)

test('subscriptions and assignments inside recorded frames read as Kafka reads them', () => {
  const found = embedded.flatMap(({ title, format, version, bytes, fields }) => {
    const { layout, decode } = formats[format]
    const json = jsonOf(layout, version, decode(bytes))
    return differences(layout.fields, version, json, fields).map(one => `${title}: ${one}`)
  })
  assert.equal(found, [])
  assert.is(embedded.length, 311)
})

test('they are written again byte for byte, in every version that was recorded', () => {
  const versions = new Set<string>()
  for (const { title, format, version, bytes } of embedded) {
    const again =
      format === 'subscription'
        ? encodeSubscription(decodeSubscription(bytes), version)
        : encodeAssignment(decodeAssignment(bytes), version)
    assert.is(again.toString('hex'), bytes.toString('hex'), title)
    versions.add(`${format} ${version}`)
  }
  assert.is(versions.size, 7)
})

test.run()
