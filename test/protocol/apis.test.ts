import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { apiByKey, apiByName, Apis, type Api, type Fields } from '../../src/protocol'
import type { Versions } from '../../src/protocol/field'
import { isFlexible } from '../../src/protocol/version'
import { sides } from './places'

const test = suite('The API definitions')
const apis = Object.entries<Api>(Apis)

test('each is found by its key and by its name, under which it is exported', () => {
  assert.ok(apis.length > 70)
  for (const [exported, api] of apis) {
    assert.is(api.name, exported)
    assert.is(apiByKey.get(api.key), api)
    assert.is(apiByName.get(api.name), api)
  }
  assert.is(apiByKey.size, apis.length)
})

test('fields live within the versions of what holds them', () => {
  for (const [, api] of apis)
    for (const side of sides)
      eachField(api[side], `${api.name} ${side} `, { first: api.versions[0], last: api.versions[1] }, check)

  function check(path: string, { first, last }: Versions, around: Versions): void {
    // No first or last version is said where it is that of the API or of the struct around.
    assert.ok(first === 0 || (first > around.first && first <= around.last), `${path} since ${first}`)
    assert.ok(last === Infinity || (last < around.last && last >= around.first), `${path} until ${last}`)
  }
})

test('tags are in flexible versions only, and their numbers are given once', () => {
  for (const [, api] of apis)
    for (const side of sides) {
      assert.ok(
        tagsOf(api[side]).every(tag => isFlexible(api.flexible, tag)),
        `${api.name} ${side}`,
      )
    }
})

function tagsOf(fields: Fields): number[] {
  const numbers = Object.values(fields).flatMap(({ traits }) => (traits.tag ? [traits.tag.number] : []))
  assert.is(new Set(numbers).size, numbers.length)
  return Object.values(fields).flatMap(({ type, traits }) => [
    ...(traits.tag ? [traits.tag.first] : []),
    ...tagsOf(structIn(type)),
  ])
}

type Check = (path: string, versions: Versions, around: Versions) => void

function eachField(fields: Fields, prefix: string, around: Versions, check: Check): void {
  for (const [name, { type, traits }] of Object.entries(fields)) {
    check(prefix + name, traits.versions, around)
    const first = Math.max(around.first, traits.versions.first)
    const last = Math.min(around.last, traits.versions.last)
    eachField(structIn(type), `${prefix}${name}.`, { first, last }, check)
  }
}

function structIn(type: Fields[string]['type']): Fields {
  const inner = type.kind === 'array' ? type.element : type
  return inner.kind === 'struct' ? inner.fields : {}
}

test.run()
