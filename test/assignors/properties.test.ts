import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rangeAssignor, roundRobinAssignor } from '../../src/assignors'
import { member } from './members'

const topics = ['t', 'u', 'v']
const members = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), topics: fc.subarray(topics) }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 8,
})
const counts = fc
  .subarray(topics)
  .chain(some => fc.record(Object.fromEntries(some.map(topic => [topic, fc.nat(30)]))))

for (const assignor of [rangeAssignor, roundRobinAssignor])
  test(`${assignor.name}: each partition goes to one of those who subscribe to it, whatever order they are told in`, () => {
    fc.assert(
      fc.property(members, counts, fc.infiniteStream(fc.nat()), (some, count, dice) => {
        const all = some.map(({ id, topics: own }) => member(id, ...own))
        const partitions = new Map(Object.entries(count))
        const assignment = assignor.assign(all, partitions)
        const seen = new Set<string>()
        for (const { memberId, topics: own } of all)
          for (const { topic, partition } of assignment.get(memberId)!) {
            assert.ok(own.includes(topic) && !seen.has(`${topic}/${partition}`))
            seen.add(`${topic}/${partition}`)
          }
        const wanted = [...partitions].filter(([topic]) => all.some(({ topics: own }) => own.includes(topic)))
        assert.is(
          seen.size,
          wanted.reduce((sum, [, one]) => sum + one, 0),
        )
        const shuffled = all.map(one => [dice.next().value as number, one] as const).sort(([a], [b]) => a - b)
        const again = assignor.assign(
          shuffled.map(([, one]) => one),
          partitions,
        )
        for (const { memberId } of all) assert.equal(again.get(memberId), assignment.get(memberId))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

test.run()
