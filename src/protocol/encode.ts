import { ArgumentError, checkInt64, Long, UnsupportedError, Writer, type Int64Input } from '../kernel'
import type { Layout } from './api'
import { maxStringBytes, unknownTags, type Field, type Fields, type Type, type UnknownTag } from './field'
import { defaultOf, formOf, isFlexible, within } from './version'
import { equalValues } from './values'

/** Writes one value. */
export type Encode = (writer: Writer, value: unknown) => void

const compiled = new WeakMap<Layout, Map<number, Encode>>()

/** The encoder of a layout in one version; made on first use and kept. */
export function encoder(layout: Layout, version: number): Encode {
  let versions = compiled.get(layout)
  if (!versions) compiled.set(layout, (versions = new Map<number, Encode>()))
  let encode = versions.get(version)
  if (!encode) {
    encode = structEncoder(layout.fields, version, isFlexible(layout.flexible, version), '')
    versions.set(version, encode)
  }
  return encode
}

type Body = Readonly<Record<string | symbol, unknown>>
interface Step {
  readonly name: string
  readonly path: string
  /** Must be given: it has no default, and every version carries it. */
  readonly required: boolean
  readonly fallback: unknown
  readonly encode: Encode
}
interface TaggedStep extends Step {
  readonly tag: number
}

function structEncoder(fields: Fields, version: number, flexible: boolean, path: string): Encode {
  const plain: Step[] = []
  const tagged: TaggedStep[] = []
  const forbidden: { name: string; path: string; fallback: unknown }[] = []
  for (const [name, field] of Object.entries(fields)) {
    const at = path === '' ? name : `${path}.${name}`
    const form = formOf(field, version)
    const fallback = defaultOf(field)
    if (form === 'absent') {
      if (!field.traits.isIgnorable) forbidden.push({ name, path: at, fallback })
      continue
    }
    const encode = fieldEncoder(field, version, flexible, at)
    const step = { name, path: at, required: isRequired(field), fallback, encode }
    if (form === 'plain') plain.push(step)
    else tagged.push({ ...step, tag: field.traits.tag!.number })
  }
  tagged.sort((a, b) => a.tag - b.tag)
  const count = plain.length
  return (writer, value) => {
    if (typeof value !== 'object' || value === null)
      throw new ArgumentError(path || 'body', value, 'an object')
    const body = value as Body
    for (const field of forbidden) refuse(field, body[field.name], version)
    for (let i = 0; i < count; i++) {
      const step = plain[i]!
      const given = body[step.name]
      if (given === undefined && step.required)
        throw new ArgumentError(step.path, given, 'a value: it has no default')
      step.encode(writer, given === undefined ? step.fallback : given)
    }
    if (flexible) encodeTags(writer, body, tagged)
  }
}

function isRequired({ traits }: Field<unknown, unknown>): boolean {
  return (
    traits.defaultTo === undefined &&
    traits.tag === undefined &&
    traits.versions.first === 0 &&
    traits.versions.last === Infinity
  )
}

/** A value that the version cannot carry, set on purpose, must not vanish in silence. */
function refuse(field: { path: string; fallback: unknown }, given: unknown, version: number): void {
  if (given === undefined || equalValues(given, field.fallback)) return
  throw new UnsupportedError(
    `${field.path} cannot be sent in version ${version}; leave it out or use a newer broker`,
  )
}

function encodeTags(writer: Writer, body: Body, tagged: readonly TaggedStep[]): void {
  const sent = tagged.filter(
    ({ name, fallback }) => body[name] !== undefined && !equalValues(body[name], fallback),
  )
  const unknown = body[unknownTags] as readonly UnknownTag[] | undefined
  writer.uvarint(sent.length + (unknown?.length ?? 0))
  if (!unknown) {
    for (const step of sent) encodeTag(writer, body, step)
    return
  }
  const all = [...sent, ...unknown].sort((a, b) => a.tag - b.tag)
  for (const step of all) {
    if ('encode' in step) encodeTag(writer, body, step)
    else {
      writer.uvarint(step.tag)
      writer.uvarint(step.data.length)
      writer.bytes(step.data)
    }
  }
}

function encodeTag(writer: Writer, body: Body, { tag, name, encode }: TaggedStep): void {
  const content = new Writer()
  encode(content, body[name])
  writer.uvarint(tag)
  writer.uvarint(content.length)
  for (const chunk of content.finish()) writer.bytes(chunk)
}

function fieldEncoder(
  field: Field<unknown, unknown>,
  version: number,
  flexible: boolean,
  path: string,
): Encode {
  const nullable = within(field.traits.nullable, version)
  const { type } = field
  if (type.kind === 'struct') {
    const encode = structEncoder(type.fields, version, flexible, path)
    if (!nullable) return encode
    return (writer, value) => {
      writer.int8(value === null ? -1 : 1)
      if (value !== null) encode(writer, value)
    }
  }
  const compact = flexible && !field.traits.isRigid
  const encode = typeEncoder(type, version, compact, path)
  if (!field.traits.nullable) return encode
  const writeNull = nullWriter(type, compact)
  return (writer, value) => {
    if (value !== null) encode(writer, value)
    else if (nullable) writeNull(writer)
    else throw new UnsupportedError(`${path} cannot be null in version ${version}`)
  }
}

function nullWriter(type: Type, compact: boolean): (writer: Writer) => void {
  if (compact) return writer => writer.uvarint(0)
  return type.kind === 'string' ? writer => writer.int16(-1) : writer => writer.int32(-1)
}

function typeEncoder(type: Type, version: number, compact: boolean, path: string): Encode {
  switch (type.kind) {
    case 'bool':
      return (writer, value) => {
        if (typeof value !== 'boolean') throw new ArgumentError(path, value, 'true or false')
        writer.bool(value)
      }
    case 'int8':
      return (writer, value) => writer.int8(whole(path, value, -0x80, 0x7f))
    case 'int16':
      return (writer, value) => writer.int16(whole(path, value, -0x8000, 0x7fff))
    case 'uint16':
      return (writer, value) => writer.int16(whole(path, value, 0, 0xffff))
    case 'int32':
      return (writer, value) => writer.int32(whole(path, value, -0x80000000, 0x7fffffff))
    case 'uint32':
      return (writer, value) => writer.int32(whole(path, value, 0, 0xffffffff))
    case 'int64':
      return (writer, value) => writer.int64(int64(path, value))
    case 'float64':
      return (writer, value) => {
        if (typeof value !== 'number') throw new ArgumentError(path, value, 'a number')
        writer.float64(value)
      }
    case 'uuid':
      return (writer, value) => writer.uuid(uuid(path, value))
    case 'string':
      return stringEncoder(compact, path)
    case 'bytes':
      return bytesEncoder(compact, path)
    case 'records':
      return recordsEncoder(compact, path)
    case 'array':
      return arrayEncoder(type.element, version, compact, path)
    case 'struct':
      return structEncoder(type.fields, version, compact, path)
  }
}

const uuidForm = /^[A-Za-z0-9_-]{22}$/

function uuid(path: string, value: unknown): string {
  if (typeof value === 'string' && uuidForm.test(value)) return value
  throw new ArgumentError(path, value, 'a uuid as 22 characters of base64url')
}

function whole(path: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number
  throw new ArgumentError(path, value, `a whole number from ${min} to ${max}`)
}

function int64(path: string, value: unknown): Int64Input {
  return value instanceof Long ? value : checkInt64(path, value)
}

function stringEncoder(compact: boolean, path: string): Encode {
  return (writer, value) => {
    if (typeof value !== 'string') throw new ArgumentError(path, value, 'a string')
    const bytes = Buffer.byteLength(value)
    if (bytes > maxStringBytes)
      throw new ArgumentError(path, value, `at most ${maxStringBytes} bytes of UTF-8`)
    if (compact) writer.uvarint(bytes + 1)
    else writer.int16(bytes)
    writer.utf8(value, bytes)
  }
}

function bytesEncoder(compact: boolean, path: string): Encode {
  return (writer, value) => {
    if (!(value instanceof Uint8Array)) throw new ArgumentError(path, value, 'a Buffer or Uint8Array')
    if (compact) writer.uvarint(value.length + 1)
    else writer.int32(value.length)
    writer.bytes(value)
  }
}

function recordsEncoder(compact: boolean, path: string): Encode {
  return (writer, value) => {
    const pieces: readonly unknown[] =
      value instanceof Uint8Array ? [value] : Array.isArray(value) ? value : [value]
    let length = 0
    for (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) throw new ArgumentError(path, piece, 'record batches as bytes')
      length += piece.length
    }
    if (compact) writer.uvarint(length + 1)
    else writer.int32(length)
    for (const piece of pieces) writer.bytes(piece as Uint8Array)
  }
}

function arrayEncoder(element: Type, version: number, compact: boolean, path: string): Encode {
  const encode = typeEncoder(element, version, compact, `${path}[]`)
  return (writer, value) => {
    if (!Array.isArray(value)) throw new ArgumentError(path, value, 'an array')
    const values: readonly unknown[] = value
    if (compact) writer.uvarint(values.length + 1)
    else writer.int32(values.length)
    for (const one of values) encode(writer, one)
  }
}
