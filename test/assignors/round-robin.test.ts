import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { roundRobinAssignor } from '../../src/assignors'
import { assigned, member } from './members'

// What Java's RoundRobinAssignor answers (RoundRobinAssignorTest of Apache Kafka).
const roundRobin = assigned(roundRobinAssignor)

test('partitions go round, over all topics together', () => {
  assert.equal(roundRobin([member('a', 't')], { t: 3 }), { a: 't/0 t/1 t/2' })
  assert.equal(roundRobin([member('a', 't'), member('b', 't')], { t: 1 }), { a: 't/0', b: '' })
  assert.equal(roundRobin([member('a', 't', 'u'), member('b', 't', 'u')], { u: 3, t: 3 }), {
    a: 't/0 t/2 u/1',
    b: 't/1 u/0 u/2',
  })
})

test('members that do not subscribe to a topic are passed over', () => {
  const members = [member('a', 't'), member('b', 't', 'u'), member('c', 't')]
  assert.equal(roundRobin(members, { t: 3, u: 2 }), { a: 't/0', b: 't/1 u/0 u/1', c: 't/2' })
})

test('topics that are not there, or that nobody subscribes to, are nobody’s', () => {
  assert.equal(roundRobin([member('a', 't')], { u: 3 }), { a: '' })
})

test('members come in the order of their ids, static ones first by their names', () => {
  const members = [member('a', 't'), { ...member('z', 't'), groupInstanceId: 'i1' }]
  assert.equal(roundRobin(members, { t: 3 }), { a: 't/1', z: 't/0 t/2' })
})

test.run()
