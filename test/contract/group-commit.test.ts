import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group } from '../support/talk/group'
import type { Member } from '../support/talk/member'
import { commit, newTopic, stored, type CommitOptions } from '../support/talk/offsets'

/** What says that a commit is of this member. */
const as = ({ memberId, generationId }: Member): CommitOptions => ({
  memberId,
  generationIdOrMemberEpoch: generationId,
})

for (const version of [2, 9, 10]) {
  contract(
    `a member commits with OffsetCommit v${version} in its generation, and nobody else may`,
    needs('OffsetCommit', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const topic = await newTopic(talk, context)
      const [member] = await group.stable(1)
      const ask = async (who: CommitOptions) =>
        (await commit(talk, group, topic, { version, ...as(member!), ...who }))[0]
      assert.is(await ask({}), 'NONE')
      assert.is(await ask({ generationIdOrMemberEpoch: 2 }), 'ILLEGAL_GENERATION')
      assert.is(await ask({ generationIdOrMemberEpoch: 0 }), 'ILLEGAL_GENERATION')
      assert.is(await ask({ generationIdOrMemberEpoch: -1 }), 'ILLEGAL_GENERATION')
      assert.is(await ask({ memberId: 'nobody' }), 'UNKNOWN_MEMBER_ID')
      assert.is(await ask({ memberId: 'nobody', generationIdOrMemberEpoch: 2 }), 'UNKNOWN_MEMBER_ID')
      assert.is(await ask({ memberId: '' }), 'UNKNOWN_MEMBER_ID')
      assert.is(await ask({ memberId: '', generationIdOrMemberEpoch: -1 }), 'UNKNOWN_MEMBER_ID')
      assert.is(await ask({ commits: [{ offset: 6 }] }), 'NONE')
      assert.equal(await stored(talk, group), [`${topic.name}/0: 6, -1, `])
    }),
  )
}

contract(
  'a commit that is refused for its member is refused for every partition, and stores nothing',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context, 2)
    await group.stable(1)
    const commits = [{ partition: 0 }, { partition: 1 }]
    const codes = await commit(talk, group, topic, {
      memberId: 'nobody',
      generationIdOrMemberEpoch: 1,
      commits,
    })
    assert.equal(codes, { 0: 'UNKNOWN_MEMBER_ID', 1: 'UNKNOWN_MEMBER_ID' })
    assert.equal(await stored(talk, group), [])
  }),
)

contract(
  'while a rebalance gathers its members they still commit; while the assignment is awaited they may not',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const [leader, follower] = await group.stable(2)
    const joining = leader!.join()
    await follower!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    assert.equal(await commit(talk, group, topic, as(follower!)), { 0: 'NONE' })
    await Promise.all([joining, follower!.join()])
    const [old, now] = [{ ...as(follower!), generationIdOrMemberEpoch: 2 }, as(follower!)]
    assert.equal(await commit(talk, group, topic, old), { 0: 'ILLEGAL_GENERATION' })
    assert.equal(await commit(talk, group, topic, now), { 0: 'REBALANCE_IN_PROGRESS' })
    const held = follower!.sync()
    await leader!.sync()
    await held
    assert.equal(await commit(talk, group, topic, now), { 0: 'NONE' })
  }),
)

contract(
  'a commit keeps a member alive in its first rebalance no less than later',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const member = group.member()
    await gather([member])
    assert.equal(await commit(talk, group, topic, as(member)), { 0: 'REBALANCE_IN_PROGRESS' })
    await member.sync()
    assert.equal(await commit(talk, group, topic, as(member)), { 0: 'NONE' })
  }),
)

contract(
  'when all have left, whoever likes commits without membership, and no generation is valid',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const [member] = await group.stable(1)
    assert.is(await member!.leave(), 'NONE')
    assert.equal(await commit(talk, group, topic, as(member!)), { 0: 'UNKNOWN_MEMBER_ID' })
    assert.equal(await commit(talk, group, topic), { 0: 'NONE' })
    assert.equal(await commit(talk, group, topic, { memberId: 'anybody' }), { 0: 'NONE' })
  }),
)

contract(
  'in a group that there is not only commits without generation are taken; v9 says why',
  needs('OffsetCommit', 2, 8, 9),
  talking(async (talk, context) => {
    const topic = await newTopic(talk, context)
    for (const [version, expected] of [
      [2, 'ILLEGAL_GENERATION'],
      [8, 'ILLEGAL_GENERATION'],
      [9, 'GROUP_ID_NOT_FOUND'],
    ] as const) {
      const group = await Group.of(talk, context)
      const who = { version, memberId: 'nobody', generationIdOrMemberEpoch: 1 }
      assert.equal(await commit(talk, group, topic, who), { 0: expected })
      assert.equal(await commit(talk, group, topic, { version, memberId: 'nobody' }), { 0: 'NONE' })
    }
  }),
)

contract(
  'a static member commits under its name, and who was replaced is fenced',
  needs('OffsetCommit', 7),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const member = group.member({ instanceId: 'one' })
    await member.join()
    await member.sync()
    const ask = async (changes: CommitOptions) =>
      (await commit(talk, group, topic, { version: 7, ...as(member), ...changes }))[0]
    assert.is(await ask({ groupInstanceId: 'one' }), 'NONE')
    assert.is(await ask({}), 'NONE')
    assert.is(await ask({ groupInstanceId: 'two' }), 'UNKNOWN_MEMBER_ID')
    assert.is(await ask({ groupInstanceId: 'one', memberId: 'other' }), 'FENCED_INSTANCE_ID')
    assert.is(errorName(await group.member({ instanceId: 'one' }).join()), 'NONE')
    assert.is(await ask({ groupInstanceId: 'one' }), 'FENCED_INSTANCE_ID')
    assert.is(await ask({}), 'UNKNOWN_MEMBER_ID')
  }),
)

runContract()
