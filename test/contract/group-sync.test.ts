import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group } from '../support/talk/group'

const text = ({ assignment }: { readonly assignment: Buffer }) => assignment.toString()

for (const version of [0, 5]) {
  contract(
    `SyncGroup v${version} brings everybody what the leader assigned, and nothing to whom it left out`,
    needs('SyncGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const versions = { join: 9, sync: version, heartbeat: 0 }
      const members = [group.member({ versions }), group.member({ versions }), group.member({ versions })]
      await gather(members)
      const [leader, second, third] = members
      // The second asks before the leader has spoken, and is held; the third asks after.
      const held = second!.sync()
      assert.is(await Promise.race([held.then(() => 'answered'), second!.heartbeat()]), 'NONE')
      const own = await leader!.sync({ [leader!.memberId]: 'part a', [second!.memberId]: 'part b' })
      const answers = [own, await held, await third!.sync()]
      assert.equal(answers.map(errorName), ['NONE', 'NONE', 'NONE'])
      assert.equal(answers.map(text), ['part a', 'part b', ''])
      const kinds = answers.map(({ protocolType, protocolName }) => [protocolType, protocolName])
      const expected = version < 5 ? [null, null] : ['consumer', 'range']
      assert.equal(kinds, [expected, expected, expected])
    }),
  )
}

contract(
  'what a follower hands in is not looked at, and the leader speaks once in a generation',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const [leader, follower] = members
    const { memberId } = follower!
    const held = follower!.sync({ [memberId]: 'mine' })
    assert.is(await Promise.race([held.then(() => 'answered'), leader!.heartbeat()]), 'NONE')
    await leader!.sync({ [memberId]: 'given' })
    assert.is(text(await held), 'given')
    assert.is(text(await leader!.sync({ [memberId]: 'other', [leader!.memberId]: 'late' })), '')
    assert.is(text(await follower!.sync()), 'given')
  }),
)

contract(
  'SyncGroup is for members of the generation, with the type and assignor of the group',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    const ask = async (changes: Parameters<NonNullable<typeof member>['sync']>[1]) => {
      const answer = await member!.sync({}, changes)
      assert.is(answer.assignment.length, 0)
      assert.is(answer.protocolType, null)
      assert.is(answer.protocolName, null)
      return errorName(answer)
    }
    assert.is(await ask({ generationId: 2 }), 'ILLEGAL_GENERATION')
    assert.is(await ask({ generationId: 0 }), 'ILLEGAL_GENERATION')
    assert.is(await ask({ generationId: -1 }), 'ILLEGAL_GENERATION')
    assert.is(await ask({ memberId: 'nobody' }), 'UNKNOWN_MEMBER_ID')
    assert.is(await ask({ memberId: '' }), 'UNKNOWN_MEMBER_ID')
    assert.is(await ask({ groupId: (await group.neighbour(context)).name }), 'UNKNOWN_MEMBER_ID')
    assert.is(await ask({ groupId: '' }), 'INVALID_GROUP_ID')
    assert.is(await ask({ protocolName: 'sticky' }), 'INCONSISTENT_GROUP_PROTOCOL')
    assert.is(await ask({ protocolType: 'connect' }), 'INCONSISTENT_GROUP_PROTOCOL')
    assert.is(await ask({ protocolName: null }), 'INCONSISTENT_GROUP_PROTOCOL')
    assert.is(text(await member!.sync()), 'part of 0')
  }),
)

contract(
  'of several faults in one SyncGroup the member id counts first, then the generation, then the assignor',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    const wrong = { protocolName: 'sticky', generationId: 7 }
    assert.is(errorName(await member!.sync({}, { ...wrong, memberId: 'nobody' })), 'UNKNOWN_MEMBER_ID')
    assert.is(errorName(await member!.sync({}, wrong)), 'ILLEGAL_GENERATION')
  }),
)

contract(
  'while a rebalance gathers its members SyncGroup is answered REBALANCE_IN_PROGRESS, also one that was held',
  needs('SyncGroup', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const [leader, follower] = members
    const held = follower!.sync()
    const third = group.member()
    await third.nameItself()
    const joining = third.join()
    assert.is(errorName(await held), 'REBALANCE_IN_PROGRESS')
    assert.is(errorName(await leader!.sync({ [leader!.memberId]: 'all' })), 'REBALANCE_IN_PROGRESS')
    const answers = await Promise.all([joining, leader!.join(), follower!.join()])
    assert.equal(
      answers.map(({ generationId }) => generationId),
      [3, 3, 3],
    )
  }),
)

runContract()
