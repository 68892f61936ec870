import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group } from '../support/talk/group'

const { Heartbeat } = Apis

for (const version of [0, 4]) {
  contract(
    `Heartbeat v${version} is for members, and for the generation they are in`,
    needs('Heartbeat', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const [member] = await group.stable(1, { versions: { join: 9, sync: 5, heartbeat: version } })
      assert.is(await member!.heartbeat(), 'NONE')
      assert.is(await member!.heartbeat({ generationId: 2 }), 'ILLEGAL_GENERATION')
      assert.is(await member!.heartbeat({ generationId: 0 }), 'ILLEGAL_GENERATION')
      assert.is(await member!.heartbeat({ generationId: -1 }), 'ILLEGAL_GENERATION')
      assert.is(await member!.heartbeat({ memberId: 'nobody' }), 'UNKNOWN_MEMBER_ID')
      assert.is(await member!.heartbeat({ memberId: 'nobody', generationId: 9 }), 'UNKNOWN_MEMBER_ID')
      assert.is(await member!.heartbeat({ memberId: '' }), 'UNKNOWN_MEMBER_ID')
      const { name: groupId } = await group.neighbour(context)
      assert.is(await member!.heartbeat({ groupId }), 'UNKNOWN_MEMBER_ID')
      assert.is(await member!.heartbeat({ groupId: '' }), 'INVALID_GROUP_ID')
      assert.is(await member!.heartbeat(), 'NONE')
    }),
  )
}

contract(
  'who has an id but has not joined may not send heartbeats',
  needs('Heartbeat', 4),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [first] = await group.stable(1)
    const named = group.member()
    await named.nameItself()
    assert.is(await named.heartbeat({ generationId: first!.generationId }), 'UNKNOWN_MEMBER_ID')
    assert.is(await first!.heartbeat(), 'NONE')
  }),
)

contract(
  'members hear of a rebalance by their heartbeat, and are members of it once they have joined again',
  needs('Heartbeat', 4),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [leader, follower] = await group.stable(2)
    const third = group.member()
    const joining = third.enter()
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    assert.is(await follower!.heartbeat(), 'REBALANCE_IN_PROGRESS')
    assert.is(await follower!.heartbeat({ generationId: 7 }), 'ILLEGAL_GENERATION')
    const answers = await Promise.all([joining, leader!.join(), follower!.join()])
    assert.equal(
      answers.map(answer => [errorName(answer), answer.generationId]),
      [
        ['NONE', 3],
        ['NONE', 3],
        ['NONE', 3],
      ],
    )
    // The rebalance is not over, but for a heartbeat all is well.
    assert.is(await leader!.heartbeat(), 'NONE')
    assert.is(await third.heartbeat({ generationId: 2 }), 'ILLEGAL_GENERATION')
  }),
)

contract(
  'a heartbeat while the assignment is awaited is answered at once',
  needs('Heartbeat', 4),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const held = members[1]!.sync()
    assert.is(await members[1]!.heartbeat(), 'NONE')
    assert.is(await members[0]!.heartbeat(), 'NONE')
    await members[0]!.sync()
    assert.is(errorName(await held), 'NONE')
  }),
)

contract(
  'a heartbeat of a group without members knows nobody',
  needs('Heartbeat', 4),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    assert.is(await member!.leave(), 'NONE')
    const body = { groupId: group.name, memberId: member!.memberId, generationId: 1 }
    const answer = await talk.broker(group.coordinator).request(Heartbeat, 4, body)
    assert.is(errorName(answer), 'UNKNOWN_MEMBER_ID')
  }),
)

runContract()
