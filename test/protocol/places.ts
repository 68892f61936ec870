import type { Api, Field, Fields, Layout, Side } from '../../src/protocol'
import { layoutOf } from '../../src/protocol'
import type { Type } from '../../src/protocol/field'
import { defaultOf, emptyOf, formOf, type Form } from '../../src/protocol/version'

/** A field within a message, and how to make a body that is valid but for the value put there. */
export interface Place {
  /** As errors write it: `topics[].partitions[].index`. */
  readonly path: string
  readonly field: Field<unknown, unknown>
  readonly form: Form
  readonly bodyWith: (value: unknown) => Body
}

type Body = Record<string, unknown>

/** All fields of a layout, also those that this version lacks, except what lies within such a one. */
export function placesOf(layout: Layout, version: number): Place[] {
  return placesIn(layout.fields, version, '', body => body)
}

function placesIn(fields: Fields, version: number, prefix: string, around: (inner: Body) => Body): Place[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = prefix + name
    const form = formOf(field, version)
    const bodyWith = (value: unknown): Body => around({ ...least(fields, version), [name]: value })
    const place: Place = { path, field, form, bodyWith }
    return form === 'absent' ? [place] : [place, ...placesBelow(field.type, version, path, bodyWith)]
  })
}

function placesBelow(type: Type, version: number, path: string, put: (value: unknown) => Body): Place[] {
  if (type.kind === 'struct') return placesIn(type.fields, version, `${path}.`, put)
  if (type.kind !== 'array' || type.element.kind !== 'struct') return []
  return placesIn(type.element.fields, version, `${path}[].`, inner => put([inner]))
}

/** The smallest valid struct: defaults, and empty values where there is none. */
function least(fields: Fields, version: number): Body {
  const carried = Object.entries(fields).filter(([, field]) => formOf(field, version) !== 'absent')
  const valueOf = ({ type, traits }: Field<unknown, unknown>): unknown =>
    traits.defaultTo === undefined ? leastOf(type, version) : traits.defaultTo
  return Object.fromEntries(carried.map(([name, field]) => [name, valueOf(field)]))
}

function leastOf(type: Type, version: number): unknown {
  return type.kind === 'struct' ? least(type.fields, version) : emptyOf(type)
}

/** A valid value that is not the default, so that it says something. */
export function tellingValue(field: Field<unknown, unknown>): unknown {
  const { type } = field
  switch (type.kind) {
    case 'bool':
      return !(defaultOf(field) as boolean)
    case 'string':
      return 'told'
    case 'bytes':
    case 'records':
      return Buffer.from('told')
    case 'uuid':
      return 'b2JzZXJ2YWJsZS1rYWZrYQ'
    case 'array':
      return [leastOf(type.element, 0)]
    case 'struct':
      return tellingStruct(type.fields)
    default:
      return 77
  }
}

function tellingStruct(fields: Fields): Body {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, tellingValue(field)]))
}

export const sides: readonly Side[] = ['request', 'response']

export interface Subject {
  readonly layout: Layout
  readonly side: Side
  readonly version: number
}

/** Both sides of an API in all versions. */
export function subjectsOf(api: Api): Subject[] {
  const [first, last] = api.versions
  const versions = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return versions.flatMap(version => sides.map(side => ({ layout: layoutOf(api, side), side, version })))
}
