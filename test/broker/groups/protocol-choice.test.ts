import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deadGroup, type GroupMember } from '../../../src/broker/groups/classic-group'
import { chooseProtocol } from '../../../src/broker/groups/protocol-choice'

function choiceOf(...lists: string[][]): string | null {
  const members = lists.map((names, i) => {
    const protocols = names.map(name => ({ name, metadata: Buffer.alloc(0) }))
    return [`m${i}`, { protocols } as unknown as GroupMember] as const
  })
  return chooseProtocol(new Map(members))
}

test('only an assignor that all know can be chosen', () => {
  assert.is(choiceOf(['a', 'b'], ['c', 'b']), 'b')
})

test('each member votes for the first of its own that all know, and most votes win', () => {
  assert.is(choiceOf(['a', 'b', 'c'], ['c', 'b'], ['b', 'c']), 'b')
  assert.is(choiceOf(['c', 'b'], ['c', 'b'], ['b', 'c']), 'c')
})

test('of several with as many votes Kafka takes one by the hash of its name', () => {
  const pairs = [
    ['range', 'roundrobin', 'range'],
    ['sticky', 'range', 'sticky'],
    ['cooperative-sticky', 'range', 'range'],
    ['b', 'a', 'a'],
  ] as const
  for (const [one, other, winner] of pairs) {
    assert.is(choiceOf([one, other], [other, one]), winner)
    assert.is(choiceOf([other, one], [one, other]), winner)
  }
})

test('a group without members has none', () => {
  assert.is(chooseProtocol(deadGroup('g').members), null)
})

test.run()
