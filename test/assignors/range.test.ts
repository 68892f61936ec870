import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rangeAssignor } from '../../src/assignors'
import { assigned, member } from './members'

// What Java's RangeAssignor answers (RangeAssignorTest of Apache Kafka).
const range = assigned(rangeAssignor)

test('neighbours to each member, the first ones get one more', () => {
  assert.equal(range([member('a', 't')], { t: 3 }), { a: 't/0 t/1 t/2' })
  assert.equal(range([member('a', 't'), member('b', 't')], { t: 1 }), { a: 't/0', b: '' })
  assert.equal(range([member('a', 't'), member('b', 't')], { t: 3 }), { a: 't/0 t/1', b: 't/2' })
  const three = [member('a', 't'), member('b', 't'), member('c', 't')]
  assert.equal(range(three, { t: 11 }), {
    a: 't/0 t/1 t/2 t/3',
    b: 't/4 t/5 t/6 t/7',
    c: 't/8 t/9 t/10',
  })
})

test('each topic begins anew with the first member, so that the same numbers go together', () => {
  assert.equal(range([member('a', 't', 'u'), member('b', 't', 'u')], { t: 3, u: 3 }), {
    a: 't/0 t/1 u/0 u/1',
    b: 't/2 u/2',
  })
})

test('members that subscribe to other topics do not count', () => {
  const members = [member('a', 't'), member('b', 't', 'u'), member('c', 't')]
  assert.equal(range(members, { t: 3, u: 2 }), { a: 't/0', b: 't/1 u/0 u/1', c: 't/2' })
})

test('topics that are not there are nobody’s', () => {
  assert.equal(range([member('a', 't')], {}), { a: '' })
})

test('members come in the order of their ids, static ones first by their names', () => {
  assert.equal(range([member('b', 't'), member('a', 't')], { t: 2 }), { b: 't/1', a: 't/0' })
  const members = [member('a', 't'), { ...member('z', 't'), groupInstanceId: 'i1' }]
  assert.equal(range(members, { t: 2 }), { a: 't/1', z: 't/0' })
  const statics = [
    { ...member('a', 't'), groupInstanceId: 'i2' },
    { ...member('b', 't'), groupInstanceId: 'i1' },
  ]
  assert.equal(range(statics, { t: 2 }), { a: 't/1', b: 't/0' })
  const units = [member('\u{1F600}', 't'), member('\uFF5E', 't')]
  assert.equal(range(units, { t: 2 }), { '\u{1F600}': 't/0', '\uFF5E': 't/1' })
})

test.run()
