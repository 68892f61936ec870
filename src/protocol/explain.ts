import { MalformedBytes, ProtocolError, type Reader } from '../kernel'
import type { Layout } from './api'
import { maxStringBytes, type Field, type Fields, type Type } from './field'
import { explainRecords } from './records/explain-records'
import { RowReader, type OnRow } from './row-reader'
import { formOf, isFlexible, within } from './version'

/**
 * Reads slowly, field by field: for people, who get a row for each, and to name the field at which a decoder failed.
 * Damaged bytes end the rows with a ProtocolError about `where`.
 */
export function explainLayout(
  reader: Reader,
  layout: Layout,
  version: number,
  where: string,
  onRow?: OnRow,
): void {
  const rows = new RowReader(reader, onRow)
  try {
    new Walk(rows, version).struct(layout.fields, '', isFlexible(layout.flexible, version))
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    throw new ProtocolError(where, rows.path, error.offset, error.message)
  }
}

class Walk {
  readonly #rows: RowReader
  readonly #reader: Reader
  readonly #version: number

  constructor(rows: RowReader, version: number) {
    this.#rows = rows
    this.#reader = rows.reader
    this.#version = version
  }

  struct(fields: Fields, path: string, flexible: boolean): void {
    const prefix = path === '' ? '' : `${path}.`
    for (const name in fields) {
      const field = fields[name]!
      if (formOf(field, this.#version) === 'plain') this.#field(field, prefix + name, flexible)
    }
    if (flexible) this.#tags(fields, prefix)
  }

  #tags(fields: Fields, prefix: string): void {
    const count = this.#rows.read(`${prefix}(tags)`, reader => reader.uvarint())
    let previous = -1
    for (let i = 0; i < count; i++) {
      const at = `${prefix}(tag ${i})`
      const tag = this.#rows.read(at, reader => reader.uvarint())
      if (tag <= previous) this.#reader.fail(`tag ${tag} after tag ${previous}`)
      previous = tag
      const size = this.#rows.read(`${at}.(size)`, reader => reader.uvarint())
      const end = this.#reader.position + size
      const known = Object.entries(fields).find(([, field]) => this.#hasTag(field, tag))
      if (known) this.#field(known[1], prefix + known[0], true)
      else this.#rows.read(`${at}.(unknown tag ${tag})`, reader => reader.bytes(size))
      if (this.#reader.position !== end)
        this.#reader.fail(`tag ${tag} said ${size} bytes and has ${size + this.#reader.position - end}`)
    }
  }

  #hasTag(field: Field<unknown, unknown>, tag: number): boolean {
    return field.traits.tag?.number === tag && formOf(field, this.#version) === 'tagged'
  }

  #field({ type, traits }: Field<unknown, unknown>, path: string, flexible: boolean): void {
    const nullable = within(traits.nullable, this.#version)
    if (type.kind !== 'struct') {
      this.#value(type, path, flexible && !traits.isRigid, nullable)
      return
    }
    if (!nullable || this.#rows.read(`${path}.(present)`, reader => reader.int8()) >= 0)
      this.struct(type.fields, path, flexible)
  }

  #value(type: Type, path: string, compact: boolean, nullable: boolean): void {
    switch (type.kind) {
      case 'struct':
        this.struct(type.fields, path, compact)
        return
      case 'array':
        this.#array(type.element, path, compact, nullable)
        return
      case 'string': {
        const at = this.#reader.position
        const length = this.#length(path, compact ? 'compact' : 'int16', nullable, '(length)')
        if (length > maxStringBytes)
          this.#reader.fail(`a string of ${length} bytes, over ${maxStringBytes}`, at)
        if (length >= 0) this.#rows.read(path, reader => reader.utf8(length))
        return
      }
      case 'bytes':
      case 'records': {
        const length = this.#length(path, compact ? 'compact' : 'int32', nullable, '(length)')
        if (type.kind === 'records' && this.#rows.isHeard && length <= this.#reader.left)
          explainRecords(this.#rows, path, length)
        else if (length >= 0) this.#rows.read(path, reader => reader.bytes(length))
        return
      }
      default: {
        const { kind } = type
        this.#rows.read(path, reader => reader[kind]())
      }
    }
  }

  #array(element: Type, path: string, compact: boolean, nullable: boolean): void {
    const count = this.#length(path, compact ? 'compact' : 'int32', nullable, '(count)')
    if (count > this.#reader.left)
      this.#reader.fail(`${count} elements announced, ${this.#reader.left} bytes left`)
    for (let i = 0; i < count; i++) this.#value(element, `${path}[${i}]`, compact, false)
  }

  #length(path: string, form: LengthForm, nullable: boolean, name: string): number {
    const at = this.#reader.position
    const length = this.#rows.read(`${path}.${name}`, lengthReaders[form])
    if (length >= 0 || (length === -1 && nullable)) return length
    return this.#reader.fail(
      length === -1 ? 'null where null is not allowed' : `negative length ${length}`,
      at,
    )
  }
}

type LengthForm = 'compact' | 'int16' | 'int32'
const lengthReaders: Record<LengthForm, (reader: Reader) => number> = {
  compact: reader => reader.uvarint() - 1,
  int16: reader => reader.int16(),
  int32: reader => reader.int32(),
}
