import { toBigInt, type Int64Input } from '../kernel'
import type { Layout } from './api'
import type { Field, Fields, Type } from './field'
import { formOf } from './version'

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

/**
 * A decoded message in the JSON form of Kafka's own tools: every field of the version, defaults included; bytes as
 * base64, uuid as base64url; record batches only by their size, as `<name>SizeInBytes`. int64 is a decimal string,
 * since a JSON number loses digits beyond 2^53.
 */
export function jsonOf(layout: Layout, version: number, value: unknown): JsonObject {
  return structJson(layout.fields, version, value)
}

function structJson(fields: Fields, version: number, value: unknown): JsonObject {
  const json: Record<string, Json> = {}
  const struct = value as Readonly<Record<string, unknown>>
  for (const [name, field] of Object.entries(fields)) {
    if (formOf(field, version) !== 'absent') putField(json, name, field, version, struct[name])
  }
  return json
}

function putField(
  json: Record<string, Json>,
  name: string,
  { type }: Field<unknown, unknown>,
  version: number,
  value: unknown,
): void {
  if (type.kind === 'records' && value !== null) json[`${name}SizeInBytes`] = (value as Buffer).length
  else json[name] = valueJson(type, version, value)
}

function valueJson(type: Type, version: number, value: unknown): Json {
  if (value === null) return null
  switch (type.kind) {
    case 'int64':
      return toBigInt(value as Int64Input).toString()
    case 'float64':
      return floatJson(value as number)
    case 'bytes':
    case 'records':
      return (value as Buffer).toString('base64')
    case 'array':
      return (value as readonly unknown[]).map(one => valueJson(type.element, version, one))
    case 'struct':
      return structJson(type.fields, version, value)
    default:
      return value as boolean | number | string
  }
}

/** JSON has no number for these three. */
function floatJson(value: number): Json {
  return Number.isFinite(value) ? value : String(value)
}
