import { Long, toLong, type Int64Input } from '../kernel'
import type { Field, Type, Versions } from './field'

/** How a field travels in one version. */
export type Form = 'absent' | 'plain' | 'tagged'

export function within(range: Versions | undefined, version: number): boolean {
  return range !== undefined && version >= range.first && version <= range.last
}

export function formOf(field: Field<unknown, unknown>, version: number): Form {
  if (!within(field.traits.versions, version)) return 'absent'
  return within(field.traits.tag, version) ? 'tagged' : 'plain'
}

export function isFlexible(flexible: number | null, version: number): boolean {
  return flexible !== null && version >= flexible
}

/** Zero, "", false or nothing, by type: what a field without a default of its own has where it is absent. */
export function emptyOf(type: Type): unknown {
  return empties[type.kind](type)
}

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'
const empties: Record<Type['kind'], (type: Type) => unknown> = {
  bool: () => false,
  int8: () => 0,
  int16: () => 0,
  uint16: () => 0,
  int32: () => 0,
  uint32: () => 0,
  int64: () => Long.ZERO,
  float64: () => 0,
  string: () => '',
  bytes: () => Buffer.alloc(0),
  records: () => Buffer.alloc(0),
  uuid: () => zeroUuid,
  array: () => [],
  struct: type =>
    type.kind === 'struct'
      ? Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, defaultOf(field)]))
      : {},
}

/** What a reader sees of a field that the bytes do not carry. */
export function defaultOf(field: Field<unknown, unknown>): unknown {
  const { defaultTo } = field.traits
  if (defaultTo === undefined) return emptyOf(field.type)
  return field.type.kind === 'int64' ? toLong(defaultTo as Int64Input) : defaultTo
}
