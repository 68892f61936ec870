import * as fc from 'fast-check'
import { Long } from '../../src/kernel'
import { unknownTags, type Field, type Fields, type ScalarType, type Type } from '../../src/protocol/field'
import { defaultOf, formOf, isFlexible, within } from '../../src/protocol/version'
import type { Layout } from '../../src/protocol'

export type Body = Record<string, unknown>

/**
 * Bodies that one version of a layout can carry, in the very form in which a decoder gives them: int64 as Long,
 * bytes as Buffer, and fields that the version lacks at their defaults.
 */
export function arbitraryBody(layout: Layout, version: number): fc.Arbitrary<Body> {
  return arbitraryStruct(layout.fields, version, isFlexible(layout.flexible, version))
}

function arbitraryStruct(fields: Fields, version: number, flexible: boolean): fc.Arbitrary<Body> {
  const known = fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, arbitraryField(field, version, flexible)]),
    ),
    { noNullPrototype: true },
  )
  if (!flexible) return known
  return fc.tuple(known, unknownTagList).map(([body, tags]) => {
    return tags.length === 0 ? body : { ...body, [unknownTags]: tags }
  })
}

/** Far above any number that Kafka has given out. */
const unknownTagList = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.integer({ min: 1000, max: 0x7fffffff }), { minLength: 1, maxLength: 2 })
      .map(tags => tags.sort((a, b) => a - b))
      .chain(tags => fc.tuple(...tags.map(tag => fc.record({ tag: fc.constant(tag), data: buffer }, plain)))),
  },
)

function arbitraryField(
  field: Field<unknown, unknown>,
  version: number,
  flexible: boolean,
): fc.Arbitrary<unknown> {
  if (formOf(field, version) === 'absent') return fc.constant(null).map(() => defaultOf(field))
  const value = arbitraryType(field.type, version, flexible)
  return within(field.traits.nullable, version) ? fc.option(value, { nil: null, freq: 4 }) : value
}

function arbitraryType(type: Type, version: number, flexible: boolean): fc.Arbitrary<unknown> {
  if (type.kind === 'struct') return arbitraryStruct(type.fields, version, flexible)
  if (type.kind === 'array')
    return fc.array(arbitraryType(type.element, version, flexible), { maxLength: 2, size: 'max' })
  return scalars[type.kind]
}

const plain = { noNullPrototype: true } as const
const buffer = fc.uint8Array({ maxLength: 9 }).map(bytes => Buffer.from(bytes))
const scalars: Record<ScalarType, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  uint32: fc.nat(0xffffffff),
  int64: fc.tuple(fc.integer(), fc.integer()).map(([low, high]) => new Long(low, high)),
  float64: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'binary', maxLength: 6 }),
  bytes: buffer,
  records: buffer,
  uuid: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map(bytes => Buffer.from(bytes).toString('base64url')),
}
