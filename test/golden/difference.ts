import type { Fields, Json, JsonObject } from '../../src/protocol'
import { defaultOf, formOf } from '../../src/protocol/version'
import { jsonOf } from '../../src/protocol'

/**
 * Where our JSON of a message departs from that of Kafka's classes. They print int64 as a number, and leave out tagged
 * fields at their default.
 */
export function differences(
  fields: Fields,
  version: number,
  ours: JsonObject,
  theirs: JsonObject,
  path = '',
): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  for (const [name, field] of Object.entries(fields)) {
    const form = formOf(field, version)
    if (form === 'absent') continue
    const key = name in ours ? name : `${name}SizeInBytes`
    seen.add(key)
    const at = `${path}${key}`
    if (form === 'tagged' && !(key in theirs)) {
      const standard = jsonOf(
        { name, versions: [0, version], flexible: null, fields: { [name]: field } },
        version,
        {
          [name]: defaultOf(field),
        },
      )[name]
      if (!same(ours[key], standard)) found.push(`${at}: expected its default, got ${text(ours[key])}`)
    } else found.push(...compared(field.type, version, ours[key], theirs[key], at))
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    if (!seen.has(key)) found.push(`${path}${key}: expected ${text(theirs[key])}, got ${text(ours[key])}`)
  return found
}
type Type = Fields[string]['type']

function compared(
  type: Type,
  version: number,
  ours: Json | undefined,
  theirs: Json | undefined,
  at: string,
): string[] {
  if (type.kind === 'int64' && typeof ours === 'string')
    return ours === text(theirs).replaceAll('"', '')
      ? []
      : [`${at}: expected ${text(theirs)}, got ${text(ours)}`]
  if (type.kind === 'array' && Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length)
    return ours.flatMap((one: Json, i) =>
      compared(type.element, version, one, theirs[i] as Json, `${at}[${i}]`),
    )
  if (type.kind === 'struct' && isObject(ours) && isObject(theirs))
    return differences(type.fields, version, ours, theirs, `${at}.`)
  return same(ours, theirs) ? [] : [`${at}: expected ${text(theirs)}, got ${text(ours)}`]
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return text(a) === text(b)
}

function text(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
