import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, UnsupportedError } from '../../src/kernel'
import { Apis, encodeLayout, type Api } from '../../src/protocol'
import type { Type } from '../../src/protocol/field'
import { within } from '../../src/protocol/version'
import { placesOf, subjectsOf, tellingValue, type Place, type Subject } from './places'

const test = suite('Every API')

for (const api of Object.values(Apis) as readonly Api[]) {
  const eachPlace = (check: (place: Place, subject: Subject) => void): void => {
    for (const subject of subjectsOf(api))
      for (const place of placesOf(subject.layout, subject.version)) check(place, subject)
  }
  const encode = ({ layout, version }: Subject, body: unknown): Buffer => encodeLayout(layout, version, body)

  test(`${api.name}: a field set that the version lacks is an UnsupportedError naming both, or ignored where Kafka ignores it`, () => {
    eachPlace(({ path, field, form, bodyWith }, subject) => {
      if (form !== 'absent') return
      const send = (): Buffer => encode(subject, bodyWith(tellingValue(field)))
      if (field.traits.isIgnorable) assert.equal(send(), encode(subject, bodyWith(undefined)))
      else throws(send, UnsupportedError, `${path} cannot be sent in version ${subject.version};`)
    })
  })

  test(`${api.name}: a value of the wrong type is an ArgumentError naming its path`, () => {
    eachPlace(({ path, field, form, bodyWith }, subject) => {
      if (form === 'absent') return
      throws(() => encode(subject, bodyWith(wrongValue(field.type))), ArgumentError, `${path}: expected `)
    })
  })

  test(`${api.name}: null is written where it may be; an UnsupportedError where other versions allow it, else an ArgumentError`, () => {
    eachPlace(({ path, field, form, bodyWith }, subject) => {
      if (form === 'absent') return
      const send = (): Buffer => encode(subject, bodyWith(null))
      const { nullable } = field.traits
      if (within(nullable, subject.version)) assert.instance(send(), Buffer)
      else if (nullable)
        throws(send, UnsupportedError, `${path} cannot be null in version ${subject.version}`)
      else throws(send, ArgumentError, `${path}: expected `)
    })
  })

  test(`${api.name}: what has no default and is in every version must be given`, () => {
    eachPlace(({ path, field, form, bodyWith }, subject) => {
      const { defaultTo, versions } = field.traits
      if (form !== 'plain' || defaultTo !== undefined || versions.first > 0 || versions.last < Infinity)
        return
      throws(() => encode(subject, bodyWith(undefined)), ArgumentError, `${path}: expected a value`)
    })
  })
}

function wrongValue(type: Type): unknown {
  return type.kind === 'string' || type.kind === 'struct' ? 5 : type.kind === 'array' ? {} : 'wrong'
}

function throws(
  work: () => unknown,
  errorClass: typeof ArgumentError | typeof UnsupportedError,
  text: string,
): void {
  assert.throws(work, (error: unknown) => {
    assert.instance(error, errorClass)
    assert.ok((error as Error).message.startsWith(text), (error as Error).message)
    return true
  })
}

test.run()
