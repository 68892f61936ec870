import type { Reader } from '../kernel'
import { maxStringBytes, unknownTags, type Field, type Fields, type Type, type UnknownTag } from './field'
import { defaultOf, formOf, isFlexible, within } from './version'
import type { Layout } from './api'

/** Reads one value and leaves the reader behind it. */
export type Decode = (reader: Reader) => unknown

const compiled = new WeakMap<Layout, Map<number, Decode>>()

/** The decoder of a layout in one version; made on first use and kept. */
export function decoder(layout: Layout, version: number): Decode {
  let versions = compiled.get(layout)
  if (!versions) compiled.set(layout, (versions = new Map<number, Decode>()))
  let decode = versions.get(version)
  if (!decode) {
    decode = structDecoder(layout.fields, version, isFlexible(layout.flexible, version))
    versions.set(version, decode)
  }
  return decode
}

function structDecoder(fields: Fields, version: number, flexible: boolean): Decode {
  const names: string[] = []
  const steps: Decode[] = []
  const tagged = new Map<number, { name: string; decode: Decode }>()
  for (const [name, field] of Object.entries(fields)) {
    const form = formOf(field, version)
    const decode = form === 'absent' ? undefined : fieldDecoder(field, version, flexible)
    if (decode && form === 'tagged') tagged.set(field.traits.tag!.number, { name, decode })
    names.push(name)
    steps.push(decode && form === 'plain' ? decode : () => defaultOf(field))
  }
  const count = names.length
  return reader => {
    const value: Record<string | symbol, unknown> = {}
    for (let i = 0; i < count; i++) value[names[i]!] = steps[i]!(reader)
    if (flexible) decodeTags(reader, value, tagged)
    return value
  }
}

function decodeTags(
  reader: Reader,
  value: Record<string | symbol, unknown>,
  tagged: ReadonlyMap<number, { name: string; decode: Decode }>,
): void {
  let unknown: UnknownTag[] | undefined
  let previous = -1
  for (let count = reader.uvarint(); count > 0; count--) {
    const tag = reader.uvarint()
    if (tag <= previous) reader.fail(`tag ${tag} after tag ${previous}`)
    previous = tag
    const size = reader.uvarint()
    const known = tagged.get(tag)
    if (known === undefined) {
      ;(unknown ??= []).push({ tag, data: reader.bytes(size) })
      continue
    }
    const end = reader.position + size
    value[known.name] = known.decode(reader)
    if (reader.position !== end)
      reader.fail(`tag ${tag} said ${size} bytes and has ${size + reader.position - end}`)
  }
  if (unknown) value[unknownTags] = unknown
}

function fieldDecoder(field: Field<unknown, unknown>, version: number, flexible: boolean): Decode {
  const nullable = within(field.traits.nullable, version)
  const compact = flexible && !field.traits.isRigid
  const { type } = field
  if (type.kind === 'struct') {
    const decode = structDecoder(type.fields, version, flexible)
    return nullable ? reader => (reader.int8() < 0 ? null : decode(reader)) : decode
  }
  return typeDecoder(type, version, compact, nullable)
}

function typeDecoder(type: Type, version: number, compact: boolean, nullable: boolean): Decode {
  switch (type.kind) {
    case 'bool':
      return reader => reader.bool()
    case 'int8':
      return reader => reader.int8()
    case 'int16':
      return reader => reader.int16()
    case 'uint16':
      return reader => reader.uint16()
    case 'int32':
      return reader => reader.int32()
    case 'uint32':
      return reader => reader.uint32()
    case 'int64':
      return reader => reader.int64()
    case 'float64':
      return reader => reader.float64()
    case 'uuid':
      return reader => reader.uuid()
    case 'string':
      return lengthPrefixed(compact ? compactStringLength : shortLength, nullable, (reader, length) =>
        reader.utf8(length),
      )
    case 'bytes':
    case 'records':
      return lengthPrefixed(compact ? compactLength : intLength, nullable, (reader, length) =>
        reader.bytes(length),
      )
    case 'array':
      return lengthPrefixed(
        compact ? compactLength : intLength,
        nullable,
        elements(type.element, version, compact),
      )
    case 'struct':
      return structDecoder(type.fields, version, compact)
  }
}

type Length = (reader: Reader) => number
const compactLength: Length = reader => reader.uvarint() - 1
const compactStringLength: Length = reader => {
  const at = reader.position
  const length = compactLength(reader)
  return length <= maxStringBytes
    ? length
    : reader.fail(`a string of ${length} bytes, over ${maxStringBytes}`, at)
}
const shortLength: Length = reader => reader.int16()
const intLength: Length = reader => reader.int32()

function lengthPrefixed(
  lengthOf: Length,
  nullable: boolean,
  read: (reader: Reader, length: number) => unknown,
): Decode {
  return reader => {
    const at = reader.position
    const length = lengthOf(reader)
    if (length >= 0) return read(reader, length)
    if (length === -1 && nullable) return null
    return reader.fail(length === -1 ? 'null where null is not allowed' : `negative length ${length}`, at)
  }
}

/** Every element takes at least one byte, so a count is checked against the bytes left before anything is allocated. */
function elements(
  element: Type,
  version: number,
  compact: boolean,
): (reader: Reader, length: number) => unknown[] {
  const decode = typeDecoder(element, version, compact, false)
  return (reader, length) => {
    if (length > reader.left) reader.fail(`${length} elements announced, ${reader.left} bytes left`)
    const values: unknown[] = []
    for (let i = 0; i < length; i++) values.push(decode(reader))
    return values
  }
}
