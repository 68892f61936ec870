import { deepStrictEqual } from 'node:assert'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ProtocolError, Reader } from '../../src/kernel'
import { Apis, encodeLayout, readBody, type Api } from '../../src/protocol'
import { arbitraryBody, type Body } from '../support/arbitrary-body'
import { subjectsOf, type Subject } from './places'

const test = suite('Every API')
const seed = 20251

for (const api of Object.values(Apis) as readonly Api[]) {
  const read = (bytes: Buffer, { version, side }: Subject): [body: unknown, left: number] => {
    const reader = new Reader(bytes)
    return [readBody(reader, api, version, side), reader.left]
  }
  const property = (
    numRuns: number,
    check: (subject: Subject, body: Body, dice: fc.GeneratorValue) => void,
  ): void => {
    for (const subject of subjectsOf(api)) {
      const body = arbitraryBody(subject.layout, subject.version)
      fc.assert(
        fc.property(body, fc.gen(), (value, dice) => check(subject, value, dice)),
        { seed, numRuns },
      )
    }
  }

  test(`${api.name}: a body of any side and version is read back as it was written`, () => {
    property(10, (subject, body) => {
      deepStrictEqual(read(encodeLayout(subject.layout, subject.version, body), subject), [body, 0])
    })
  })

  test(`${api.name}: bytes cut off anywhere are a ProtocolError that says where`, () => {
    property(4, (subject, body, dice) => {
      const bytes = encodeLayout(subject.layout, subject.version, body)
      if (bytes.length === 0) return
      const cut = dice(fc.nat, bytes.length - 1)
      const error = thrownBy(() => read(bytes.subarray(0, cut), subject))
      assert.instance(error, ProtocolError)
      const { where, path, offset } = error as ProtocolError
      assert.is(where, `${api.name} v${subject.version} ${subject.side}`)
      assert.not.equal(path, '')
      assert.ok(offset <= cut)
    })
  })

  test(`${api.name}: damaged bytes are read as something else or are a ProtocolError`, () => {
    property(4, (subject, body, dice) => {
      const bytes = encodeLayout(subject.layout, subject.version, body)
      for (let damage = dice(fc.nat, 3); damage >= 0 && bytes.length > 0; damage--)
        bytes[dice(fc.nat, bytes.length - 1)] = dice(fc.nat, 0xff)
      const error = thrownBy(() => read(bytes, subject))
      assert.ok(error === undefined || error instanceof ProtocolError, String(error))
    })
  })
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

test.run()
