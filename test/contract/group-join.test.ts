import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { gather, Group } from '../support/talk/group'
import { subscription, subscriptionsIn } from '../support/talk/member'

const versionsWith = (join: number) => ({ join, sync: 0, heartbeat: 0 })

for (const version of [0, 3]) {
  contract(
    `a new member joins at once with JoinGroup v${version}, and leads its group`,
    needs('JoinGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const member = group.member({ versions: versionsWith(version) })
      const answer = await member.join()
      assert.is(errorName(answer), 'NONE')
      assert.is(answer.generationId, 1)
      assert.is(answer.protocolName, 'range')
      assert.is(answer.leader, answer.memberId)
      assert.match(answer.memberId, /^contract-[0-9a-f-]{36}$/)
      assert.equal([...subscriptionsIn(answer)], [[answer.memberId, 'nothing by range']])
    }),
  )
}

for (const version of [4, 9]) {
  contract(
    `a new member is given its id by JoinGroup v${version}, and joins with it`,
    needs('JoinGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const member = group.member({ versions: versionsWith(version) })
      const refused = await member.join()
      assert.is(errorName(refused), 'MEMBER_ID_REQUIRED')
      assert.match(refused.memberId, /^contract-[0-9a-f-]{36}$/)
      assert.is(refused.generationId, -1)
      assert.is(refused.leader, '')
      assert.is(refused.protocolName, version < 7 ? '' : null)
      const answer = await member.join()
      assert.is(errorName(answer), 'NONE')
      assert.is(answer.memberId, refused.memberId)
      assert.is(answer.leader, refused.memberId)
      assert.is(answer.generationId, 1)
      assert.is(answer.skipAssignment, false)
    }),
  )
}

contract(
  'the type of the group is told from JoinGroup v7 on',
  needs('JoinGroup', 6, 7),
  talking(async (talk, context) => {
    const types = [6, 7].map(async version => {
      const group = await Group.of(talk, context)
      return (await group.member({ versions: versionsWith(version) }).enter()).protocolType
    })
    assert.equal(await Promise.all(types), [null, 'consumer'])
  }),
)

contract(
  'of two members the leader is told all subscriptions, and the other none',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const leader = group.member({ topics: ['a'] })
    const other = group.member({ topics: ['a', 'b'], protocols: ['range', 'sticky'] })
    assert.is((await leader.enter()).generationId, 1)
    await other.nameItself()
    const joining = other.join()
    await leader.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const answer = await leader.join()
    const followed = await joining
    assert.is(errorName(answer), 'NONE')
    assert.is(errorName(followed), 'NONE')
    assert.is(answer.generationId, 2)
    assert.is(followed.generationId, 2)
    assert.is(answer.leader, leader.memberId)
    assert.is(followed.leader, leader.memberId)
    assert.is(answer.members.length, 2)
    const own = answer.members.find(({ memberId }) => memberId === leader.memberId)
    assert.equal(own!.metadata, subscription('range', ['a']))
    assert.is(subscriptionsIn(answer).get(other.memberId), 'a,b by range')
    assert.equal(followed.members, [])
  }),
)

contract(
  'the assignor is one that all members know, and the one that most of them prefer',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [
      group.member({ protocols: ['only-mine', 'a', 'b'] }),
      group.member({ protocols: ['b', 'a'] }),
      group.member({ protocols: ['b', 'c', 'a'] }),
    ]
    const answers = await gather(members)
    assert.equal(
      answers.map(({ protocolName }) => protocolName),
      ['b', 'b', 'b'],
    )
    assert.equal([...subscriptionsIn(answers[0]!).values()], ['nothing by b', 'nothing by b', 'nothing by b'])
  }),
)

contract(
  'a member of another type, or with no assignor that all know, is INCONSISTENT_GROUP_PROTOCOL',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [first] = await group.stable(1, { protocols: ['range', 'sticky'] })
    const strangers = [
      await group.member().join({ protocolType: 'connect' }),
      await group.member({ protocols: ['other'] }).join(),
      await group.member({ protocols: [] }).join(),
    ]
    assert.equal(
      strangers.map(answer => errorName(answer)),
      strangers.map(() => 'INCONSISTENT_GROUP_PROTOCOL'),
    )
    assert.is(strangers[0]!.memberId, '')
    assert.is(await first!.heartbeat(), 'NONE')
    assert.is(errorName(await group.member({ protocols: ['sticky'] }).join()), 'MEMBER_ID_REQUIRED')
  }),
)

contract(
  'the first member, too, must have a type and an assignor',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    assert.is(errorName(await group.member({ protocols: [] }).join()), 'INCONSISTENT_GROUP_PROTOCOL')
    assert.is(errorName(await group.member().join({ protocolType: '' })), 'INCONSISTENT_GROUP_PROTOCOL')
  }),
)

for (const version of [0, 9]) {
  contract(
    `session timeouts that brokers do not allow are INVALID_SESSION_TIMEOUT in JoinGroup v${version}`,
    needs('JoinGroup', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      for (const sessionTimeoutMs of [0, 5_999, 1_800_001]) {
        const answer = await group.member({ versions: versionsWith(version), sessionTimeoutMs }).join()
        assert.is(errorName(answer), 'INVALID_SESSION_TIMEOUT')
        assert.is(answer.memberId, '')
        assert.is(answer.generationId, -1)
      }
      const longest = group.member({ versions: versionsWith(version), sessionTimeoutMs: 1_800_000 })
      assert.is(errorName(await longest.enter()), 'NONE')
    }),
  )
}

contract(
  'a group must have a name',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    assert.is(errorName(await group.member().join({ groupId: '' })), 'INVALID_GROUP_ID')
  }),
)

contract(
  'an id that the group did not give is UNKNOWN_MEMBER_ID, whether there are members or not',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const join = () => group.member().join({ memberId: 'nobody' })
    assert.is(errorName(await join()), 'UNKNOWN_MEMBER_ID')
    await group.stable(1)
    const answer = await join()
    assert.is(errorName(answer), 'UNKNOWN_MEMBER_ID')
    assert.is(answer.memberId, 'nobody')
  }),
)

contract(
  'a rebalance waits for those who were given an id',
  needs('JoinGroup', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [first] = await group.stable(1)
    const [named, late] = [group.member(), group.member()]
    await named.nameItself()
    await late.nameItself()
    const joining = [named.join()]
    await first!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    joining.push(first!.join())
    assert.is(await Promise.race([Promise.any(joining), first!.heartbeat()]), 'REBALANCE_IN_PROGRESS')
    const answers = await Promise.all([...joining, late.join()])
    assert.equal(
      answers.map(({ generationId }) => generationId),
      [2, 2, 2],
    )
  }),
)

runContract()
