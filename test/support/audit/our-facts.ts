import { toBigInt } from '../../../src/kernel'
import type { Field, Fields, Layout } from '../../../src/protocol'
import type { Type } from '../../../src/protocol/field'
import { formOf, within } from '../../../src/protocol/version'
import { impliedDefault, type Fact } from './fact'

/** All fields that our definition gives a message in one version, in their order. */
export function ourFacts({ fields }: Layout, version: number): Fact[] {
  return factsIn(fields, version, '')
}

function factsIn(fields: Fields, version: number, prefix: string): Fact[] {
  return Object.entries(fields)
    .filter(([, field]) => formOf(field, version) !== 'absent')
    .flatMap(([name, field]) => {
      const path = prefix + name
      return [factOf(field, version, path), ...factsBelow(field.type, version, path)]
    })
}

function factsBelow(type: Type, version: number, path: string): Fact[] {
  if (type.kind === 'struct') return factsIn(type.fields, version, `${path}.`)
  if (type.kind === 'array' && type.element.kind === 'struct')
    return factsIn(type.element.fields, version, `${path}[].`)
  return []
}

function factOf({ type, traits }: Field<unknown, unknown>, version: number, path: string): Fact {
  const words = type.kind === 'array' ? `array of ${type.element.kind}` : type.kind
  return {
    path,
    type: words,
    nullable: within(traits.nullable, version),
    default: traits.defaultTo === undefined ? impliedDefault(words) : print(traits.defaultTo, type),
    ignorable: traits.isIgnorable,
    rigid: traits.isRigid,
    tag: within(traits.tag, version) ? traits.tag!.number : null,
  }
}

function print(value: unknown, type: Type): string {
  return type.kind === 'int64' && value !== null ? String(toBigInt(value as bigint)) : String(value)
}
