import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, layoutOf, type Api, type Fields } from '../../src/protocol'
import { formOf, isFlexible, within } from '../../src/protocol/version'

type Type = Fields[string]['type']

/** The fewest bytes that a value can have, and the most values that a reader makes of them. */
interface Smallest {
  readonly bytes: number
  readonly values: number
}

const widths: Partial<Record<Type['kind'], number>> = {
  ...{ bool: 1, int8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, float64: 8, uuid: 16 },
}

function smallestOf(type: Type, version: number, flexible: boolean): Smallest {
  if (type.kind === 'struct') return smallestStruct(type.fields, version, flexible)
  const width = widths[type.kind] ?? (flexible ? 1 : type.kind === 'string' ? 2 : 4)
  return { bytes: width, values: 1 }
}

function smallestStruct(fields: Fields, version: number, flexible: boolean): Smallest {
  let bytes = flexible ? 1 : 0
  let values = 1
  for (const { type, traits } of Object.values(fields)) {
    const own = smallestOf(type, version, flexible && !traits.isRigid)
    const isPlain = within(traits.versions, version) && !within(traits.tag, version)
    const isNull = type.kind === 'struct' && within(traits.nullable, version)
    if (isPlain) bytes += isNull ? 1 : own.bytes
    values += own.values
  }
  return { bytes, values }
}

function* elementsOf(
  fields: Fields,
  version: number,
  flexible: boolean,
  path: string,
): Generator<[string, Smallest]> {
  for (const [name, field] of Object.entries(fields)) {
    if (formOf(field, version) === 'absent') continue
    let { type } = field
    let at = `${path}${name}`
    while (type.kind === 'array') {
      type = type.element
      at += '[]'
      yield [at, smallestOf(type, version, flexible)]
    }
    if (type.kind === 'struct') yield* elementsOf(type.fields, version, flexible, `${at}.`)
  }
}

test('no array can announce more elements than bytes, or grow to a large multiple of them', () => {
  let elements = 0
  for (const api of Object.values(Apis) as readonly Api[])
    for (const side of ['request', 'response'] as const)
      for (let version = api.versions[0]; version <= api.versions[1]; version++) {
        const { fields, flexible } = layoutOf(api, side)
        for (const [path, smallest] of elementsOf(fields, version, isFlexible(flexible, version), '')) {
          const title = `${api.name} v${version} ${side} ${path}`
          if (smallest.bytes < 1) assert.unreachable(`${title}: an element of no bytes`)
          if (smallest.values > 8 * smallest.bytes)
            assert.unreachable(`${title}: ${smallest.values} values in ${smallest.bytes} bytes`)
          elements++
        }
      }
  assert.ok(elements > 1000)
})

test.run()
