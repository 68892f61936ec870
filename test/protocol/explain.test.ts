import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ProtocolError, Reader } from '../../src/kernel'
import {
  Apis,
  encodeLayout,
  explainLayout,
  layoutOf,
  Metadata,
  type Api,
  type Explained,
  type Layout,
} from '../../src/protocol'
import { arbitraryBody } from '../support/arbitrary-body'
import { subjectsOf } from './places'

const test = suite('explain')
function rowsOf(bytes: Buffer, layout: Layout, version: number): Explained[] {
  const rows: Explained[] = []
  explainLayout(new Reader(bytes), layout, version, 'test', row => rows.push(row))
  return rows
}

const response = layoutOf(Metadata, 'response')

test('every field has a line with offset, bytes, path and value', () => {
  const bytes = encodeLayout(response, 1, {
    brokers: [{ nodeId: 1, host: 'kafka', port: 9092 }],
    controllerId: 1,
    topics: [],
  })
  const rows = rowsOf(bytes, response, 1)
  assert.equal(
    rows.map(({ offset, bytes, path, value }) => [offset, bytes.toString('hex'), path, value]),
    [
      [0, '00000001', 'brokers.(count)', '1'],
      [4, '00000001', 'brokers[0].nodeId', '1'],
      [8, '0005', 'brokers[0].host.(length)', '5'],
      [10, '6b61666b61', 'brokers[0].host', '"kafka"'],
      [15, '00002384', 'brokers[0].port', '9092'],
      [19, 'ffff', 'brokers[0].rack.(length)', '-1'],
      [21, '00000001', 'controllerId', '1'],
      [25, '00000000', 'topics.(count)', '0'],
    ],
  )
})

test('damaged bytes are explained up to the damage', () => {
  const paths: string[] = []
  const explain = () =>
    explainLayout(
      new Reader(Buffer.from('000000010000', 'hex')),
      response,
      0,
      'Metadata v0 response',
      ({ path }) => paths.push(path),
    )
  const damaged = (error: Error) =>
    error instanceof ProtocolError && error.path === 'brokers[0].nodeId' && error.offset === 4
  assert.throws(explain, damaged)
  assert.equal(paths, ['brokers.(count)'])
})

test('the lines of any message cover all of its bytes, in order and once', () => {
  for (const api of Object.values(Apis) as readonly Api[]) {
    for (const { layout, version } of subjectsOf(api)) {
      const [body] = fc.sample(arbitraryBody(layout, version), { seed: 7, numRuns: 1 })
      const bytes = encodeLayout(layout, version, body)
      const rows = rowsOf(bytes, layout, version)
      assert.equal(Buffer.concat(rows.map(row => row.bytes)), bytes)
      assert.ok(rows.every(({ offset }, index) => offset === (index === 0 ? 0 : endOf(rows[index - 1]!))))
    }
  }
})

const endOf = (row: { readonly offset: number; readonly bytes: Buffer }): number =>
  row.offset + row.bytes.length

test.run()
