import type { Int64Input, Long } from '../kernel'

/** Scalar types of the wire; `records` is bytes that are never copied into the envelope. */
export const scalarTypes = [
  'bool',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'float64',
  'string',
  'bytes',
  'records',
  'uuid',
] as const
export type ScalarType = (typeof scalarTypes)[number]

/** The old form of a string holds no more, and Kafka keeps the bound in the compact one. */
export const maxStringBytes = 0x7fff

export type Type =
  | { readonly kind: ScalarType }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'struct'; readonly fields: Fields }

/** The fields of a struct by name, in the order of the wire. */
export type Fields = Readonly<Record<string, Field<unknown, unknown>>>

/** First and last version, both included. */
export interface Versions {
  readonly first: number
  readonly last: number
}

interface Traits {
  readonly versions: Versions
  /** Versions in which the value may be null. */
  readonly nullable: Versions | undefined
  /** Versions in which the field travels as a tagged field, with its number. */
  readonly tag: (Versions & { readonly number: number }) | undefined
  /** What a reader sees where the field is absent; undefined: zero, "", false or nothing of its type. */
  readonly defaultTo: unknown
  /** May be left out silently for a version that lacks it. */
  readonly isIgnorable: boolean
  /** Keeps its old form (no compact length) in flexible versions. */
  readonly isRigid: boolean
}

const always: Versions = { first: 0, last: Infinity }
const plain: Traits = {
  versions: always,
  nullable: undefined,
  tag: undefined,
  defaultTo: undefined,
  isIgnorable: false,
  isRigid: false,
}

/**
 * One field of a message: its type and the versions it lives in. `Out` is what a reader sees, `In` what a
 * caller gives; a caller may leave out what has a default, a tag or a first version. Immutable: every word
 * answers a new field.
 */
export class Field<Out, In = Out> {
  declare readonly out: Out
  declare readonly in: In
  readonly type: Type
  readonly traits: Traits

  constructor(type: Type, traits: Traits = plain) {
    this.type = type
    this.traits = traits
  }

  /** From this version on. */
  since(first: number): Field<Out, In | undefined> {
    return this.#with({ versions: { first, last: this.traits.versions.last } })
  }

  /** Up to and with this version. */
  until(last: number): Field<Out, In | undefined> {
    return this.#with({ versions: { first: this.traits.versions.first, last } })
  }

  /** May be null, in all versions or between two. */
  nullable(first = 0, last = Infinity): Field<Out | null, In | null> {
    return this.#with({ nullable: { first, last } })
  }

  default(value: In): Field<Out, In | undefined> {
    return this.#with({ defaultTo: value })
  }

  /** A tagged field with this number, from version `first` on (default: wherever the field lives). */
  tag(number: number, first = this.traits.versions.first): Field<Out, In | undefined> {
    return this.#with({ tag: { number, first, last: this.traits.versions.last } })
  }

  ignorable(): Field<Out, In> {
    return this.#with({ isIgnorable: true })
  }

  rigid(): Field<Out, In> {
    return this.#with({ isRigid: true })
  }

  #with<NewOut, NewIn>(traits: Partial<Traits>): Field<NewOut, NewIn> {
    return new Field(this.type, { ...this.traits, ...traits })
  }
}

const scalar = <Out, In = Out>(kind: ScalarType): Field<Out, In> => new Field<Out, In>({ kind })

export const bool = scalar<boolean>('bool')
export const int8 = scalar<number>('int8')
export const int16 = scalar<number>('int16')
export const uint16 = scalar<number>('uint16')
export const int32 = scalar<number>('int32')
export const uint32 = scalar<number>('uint32')
export const int64 = scalar<Long, Int64Input>('int64')
export const float64 = scalar<number>('float64')
export const string = scalar<string>('string')
/** Read as a view of the frame. */
export const bytes = scalar<Buffer, Uint8Array>('bytes')
/** Record batches as bytes; may be written from several pieces. */
export const records = scalar<Buffer, Uint8Array | readonly Uint8Array[]>('records')
/** 16 bytes as 22 characters of base64url, as Kafka prints them. */
export const uuid = scalar<string>('uuid')

/** Many of a field, or of a struct given by its fields. */
export function array<Out, In>(element: Field<Out, In>): Field<readonly Out[], readonly In[]>
export function array<S extends Fields>(fields: S): Field<readonly Read<S>[], readonly Write<S>[]>
export function array(element: Field<unknown, unknown> | Fields): Field<unknown, unknown> {
  const type: Type = element instanceof Field ? element.type : { kind: 'struct', fields: element }
  return new Field({ kind: 'array', element: type })
}

/** Fields in a field of their own. */
export function struct<S extends Fields>(fields: S): Field<Read<S>, Write<S>> {
  return new Field<Read<S>, Write<S>>({ kind: 'struct', fields })
}

/** Where a reader keeps tagged fields it has no definition of; a writer writes them again. */
export const unknownTags: unique symbol = Symbol.for('rx-kafka.unknown-tags')
/** One such field, undecoded. */
export interface UnknownTag {
  readonly tag: number
  readonly data: Buffer
}
interface MayHaveUnknownTags {
  readonly [unknownTags]?: readonly UnknownTag[]
}

type OutOf<F> = F extends Field<infer Out, unknown> ? Out : never
type InOf<F> = F extends { readonly in: infer In } ? In : never

/** What a reader sees: every field. */
export type Read<S> = { readonly [K in keyof S]: OutOf<S[K]> } & MayHaveUnknownTags

/** What a caller gives: fields with a default may be left out. */
export type Write<S> = {
  readonly [K in keyof S as undefined extends InOf<S[K]> ? never : K]: InOf<S[K]>
} & {
  readonly [K in keyof S as undefined extends InOf<S[K]> ? K : never]?: InOf<S[K]>
} & MayHaveUnknownTags
