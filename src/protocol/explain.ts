import { MalformedBytes, type Reader } from '../kernel'
import type { Layout } from './api'
import type { Field, Fields, Type } from './field'
import { formOf, isFlexible, within } from './version'

/** One line of an annotated hex dump. */
export interface Explained {
  readonly offset: number
  readonly bytes: Buffer
  readonly path: string
  /** As a person would write it. */
  readonly value: string
}

export interface Explanation {
  readonly rows: readonly Explained[]
  /** Where reading stopped when the bytes are damaged, else ''. */
  readonly path: string
  readonly failure: MalformedBytes | undefined
}

/** Reads slowly and notes every field: for people, and to name the field at which a decoder failed. */
export function explainLayout(reader: Reader, layout: Layout, version: number): Explanation {
  const walk = new Walk(reader, version)
  try {
    walk.struct(layout.fields, '', isFlexible(layout.flexible, version))
    return { rows: walk.rows, path: '', failure: undefined }
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    return { rows: walk.rows, path: walk.path, failure: error }
  }
}

class Walk {
  readonly rows: Explained[] = []
  path = ''
  readonly #reader: Reader
  readonly #version: number

  constructor(reader: Reader, version: number) {
    this.#reader = reader
    this.#version = version
  }

  struct(fields: Fields, path: string, flexible: boolean): void {
    const prefix = path === '' ? '' : `${path}.`
    const tagged = new Map<number, { path: string; field: Field<unknown, unknown> }>()
    for (const [name, field] of Object.entries(fields)) {
      const form = formOf(field, this.#version)
      if (form === 'plain') this.#field(field, prefix + name, flexible)
      if (form === 'tagged') tagged.set(field.traits.tag!.number, { path: prefix + name, field })
    }
    if (flexible) this.#tags(tagged, path)
  }

  #tags(tagged: ReadonlyMap<number, { path: string; field: Field<unknown, unknown> }>, path: string): void {
    const count = this.#note(path === '' ? '(tags)' : `${path}.(tags)`, reader => reader.uvarint())
    let previous = -1
    for (let i = 0; i < count; i++) {
      const at = `${path === '' ? '' : `${path}.`}(tag ${i})`
      const tag = this.#note(at, reader => reader.uvarint())
      if (tag <= previous) this.#reader.fail(`tag ${tag} after tag ${previous}`)
      previous = tag
      const size = this.#note(`${at}.(size)`, reader => reader.uvarint())
      const known = tagged.get(tag)
      const end = this.#reader.position + size
      if (known) this.#field(known.field, known.path, true)
      else this.#note(`${at}.(unknown tag ${tag})`, reader => reader.bytes(size))
      if (this.#reader.position !== end) this.#reader.fail(`tag ${tag} said ${size} bytes`)
    }
  }

  #field({ type, traits }: Field<unknown, unknown>, path: string, flexible: boolean): void {
    const nullable = within(traits.nullable, this.#version)
    if (type.kind === 'struct') {
      if (!nullable || this.#note(`${path}.(present)`, reader => reader.int8()) >= 0)
        this.struct(type.fields, path, flexible)
      return
    }
    this.#value(type, path, flexible && !traits.isRigid, nullable)
  }

  #value(type: Type, path: string, compact: boolean, nullable: boolean): void {
    switch (type.kind) {
      case 'struct':
        this.struct(type.fields, path, compact)
        return
      case 'array': {
        const count = this.#length(path, compact ? 'compact' : 'int32', nullable, '(count)')
        if (count > this.#reader.left)
          this.#reader.fail(`${count} elements announced, ${this.#reader.left} bytes left`)
        for (let i = 0; i < count; i++) this.#value(type.element, `${path}[${i}]`, compact, false)
        return
      }
      case 'string':
        this.#sized(path, compact ? 'compact' : 'int16', nullable, length =>
          this.#note(path, r => r.utf8(length)),
        )
        return
      case 'bytes':
      case 'records':
        this.#sized(path, compact ? 'compact' : 'int32', nullable, length =>
          this.#note(path, r => r.bytes(length)),
        )
        return
      default: {
        const { kind } = type
        this.#note(path, reader => reader[kind]())
      }
    }
  }

  #sized(path: string, form: LengthForm, nullable: boolean, read: (length: number) => unknown): void {
    const length = this.#length(path, form, nullable, '(length)')
    if (length >= 0) read(length)
  }

  #length(path: string, form: LengthForm, nullable: boolean, name: string): number {
    const at = this.#reader.position
    const length = this.#note(`${path}.${name}`, lengthReaders[form])
    if (length >= 0 || (length === -1 && nullable)) return length
    return this.#reader.fail(
      length === -1 ? 'null where null is not allowed' : `negative length ${length}`,
      at,
    )
  }

  #note<T>(path: string, read: (reader: Reader) => T): T {
    this.path = path
    const offset = this.#reader.position
    const value = read(this.#reader)
    this.rows.push({
      offset,
      bytes: this.#reader.buffer.subarray(offset, this.#reader.position),
      path,
      value: print(value),
    })
    return value
  }
}

type LengthForm = 'compact' | 'int16' | 'int32'
const lengthReaders: Record<LengthForm, (reader: Reader) => number> = {
  compact: reader => reader.uvarint() - 1,
  int16: reader => reader.int16(),
  int32: reader => reader.int32(),
}

function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  return String(value)
}
