import { impliedDefault, type Fact } from './fact'
import type { FieldTable, MessageTable } from './kafka-tables'

export interface VersionRange {
  readonly first: number
  readonly last: number
}

/** `3+`, `0-2`, `4` or `none`. */
export function rangeOf(text: string | undefined): VersionRange | null {
  if (text === undefined || text === 'none') return null
  const [, first, open, last] = /^(\d+)(\+)?(?:-(\d+))?$/.exec(text) ?? []
  if (first === undefined) throw new Error(`no version range: ${text}`)
  return { first: Number(first), last: open ? Infinity : Number(last ?? first) }
}

export function covers(text: string | undefined, version: number): boolean {
  const range = rangeOf(text)
  return range !== null && version >= range.first && version <= range.last
}

/** All fields that Kafka's table gives a message in one version, in their order. */
export function kafkaFacts(message: MessageTable, version: number): Fact[] {
  const factsIn = (fields: readonly FieldTable[], prefix: string): Fact[] =>
    fields
      .filter(field => covers(field.versions ?? message.validVersions, version))
      .flatMap(field => {
        const fact = factOf(field, version, prefix, structFields(message, field) !== undefined)
        const below = fact.type.startsWith('array') ? `${fact.path}[].` : `${fact.path}.`
        return [fact, ...factsIn(structFields(message, field) ?? [], below)]
      })
  return factsIn(message.fields, '')
}

function structFields(message: MessageTable, field: FieldTable): readonly FieldTable[] | undefined {
  const name = field.type.replace('[]', '')
  return field.fields ?? message.commonStructs?.find(struct => struct.name === name)?.fields
}

function factOf(field: FieldTable, version: number, prefix: string, isStruct: boolean): Fact {
  const element = isStruct ? 'struct' : field.type.replace('[]', '')
  const type = field.type.startsWith('[]') ? `array of ${element}` : element
  return {
    path: prefix + field.name[0]!.toLowerCase() + field.name.slice(1),
    type,
    nullable: covers(field.nullableVersions, version),
    default: defaultOf(field, type),
    ignorable: field.ignorable ?? false,
    rigid: field.flexibleVersions === 'none',
    tag: covers(field.taggedVersions, version) ? field.tag! : null,
  }
}

function defaultOf(field: FieldTable, type: string): string {
  if (field.default === undefined) return impliedDefault(type)
  const text = String(field.default)
  return /^-?(0x)?[0-9a-f]+$/.test(text) && type.startsWith('int') ? String(wholeNumber(text)) : text
}

/** Beyond 2^53 for int64. */
const wholeNumber = (text: string): bigint => BigInt(text)
