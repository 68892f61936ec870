import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { eventually, errorName, needs, talking, type Talk } from '../support/talk'
import { gather, Group } from '../support/talk/group'
import { subscription } from '../support/talk/member'
import { commit, newTopic } from '../support/talk/offsets'

const { DescribeGroups, ListGroups } = Apis

async function describe(talk: Talk, group: Group, version = 6) {
  const body = { groups: [group.name] }
  const { groups } = await talk.broker(group.coordinator).request(DescribeGroups, version, body)
  return groups[0]!
}

/** `state, type` as ListGroups shows the group; undefined when it shows no such group. */
async function listed(
  talk: Talk,
  group: Group,
  filters: { readonly statesFilter?: string[]; readonly typesFilter?: string[] } = {},
): Promise<string | undefined> {
  const { groups } = await talk.broker(group.coordinator).request(ListGroups, 5, filters)
  const found = groups.find(({ groupId }) => groupId === group.name)
  return found && `${found.groupState}, ${found.groupType}, ${found.protocolType}`
}

for (const version of [0, 6]) {
  contract(
    `DescribeGroups v${version} shows a stable group: assignor, members, subscriptions and assignments`,
    needs('DescribeGroups', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const [leader, follower] = await group.stable(2, { topics: ['a'], protocols: ['range', 'sticky'] })
      const told = await describe(talk, group, version)
      assert.is(errorName(told), 'NONE')
      assert.is(told.errorMessage, null)
      assert.is(told.groupState, 'Stable')
      assert.is(told.protocolType, 'consumer')
      assert.is(told.protocolData, 'range')
      assert.is(told.authorizedOperations, -2147483648)
      assert.is(told.members.length, 2)
      for (const [place, { memberId }] of [leader!, follower!].entries()) {
        const member = told.members.find(one => one.memberId === memberId)!
        assert.is(member.clientId, 'contract')
        assert.is(member.clientHost, '/127.0.0.1')
        assert.is(member.groupInstanceId, null)
        assert.equal(member.memberMetadata, subscription('range', ['a']))
        assert.equal(member.memberAssignment, Buffer.from(`part of ${place}`))
      }
    }),
  )
}

contract(
  'the states of a group follow its life',
  needs('DescribeGroups', 6),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const members = [group.member(), group.member()]
    await gather(members)
    const [leader, follower] = members
    const completing = await describe(talk, group)
    assert.is(completing.groupState, 'CompletingRebalance')
    assert.is(await listed(talk, group), 'CompletingRebalance, classic, consumer')
    const joining = [group.member().enter()]
    await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
    const preparing = await describe(talk, group)
    assert.is(preparing.groupState, 'PreparingRebalance')
    for (const told of [completing, preparing]) {
      // An assignor and what it is told are shown of stable groups only.
      assert.is(told.protocolData, '')
      assert.is(told.protocolType, 'consumer')
      assert.ok(told.members.length >= 2)
      assert.ok(told.members.every(({ memberMetadata }) => memberMetadata.length === 0))
      assert.ok(told.members.every(({ memberAssignment }) => memberAssignment.length === 0))
    }
    await Promise.all([...joining, leader!.join(), follower!.join()])
  }),
)

contract(
  'a group that all have left is Empty and keeps its type',
  needs('DescribeGroups', 6),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [member] = await group.stable(1)
    await member!.leave()
    const told = await describe(talk, group)
    assert.is(told.groupState, 'Empty')
    assert.is(told.protocolType, 'consumer')
    assert.is(told.protocolData, '')
    assert.equal(told.members, [])
    assert.is(await listed(talk, group), 'Empty, classic, consumer')
  }),
)

contract(
  'a group that only stores offsets is Empty and has no type',
  needs('DescribeGroups', 6),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    await commit(talk, group, await newTopic(talk, context))
    const told = await describe(talk, group)
    assert.is(errorName(told), 'NONE')
    assert.is(told.groupState, 'Empty')
    assert.is(told.protocolType, '')
    assert.is(await listed(talk, group), 'Empty, classic, ')
  }),
)

contract(
  'a group that there is not is Dead, and from v6 on GROUP_ID_NOT_FOUND besides',
  needs('DescribeGroups', 0, 5, 6),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    for (const version of [0, 5, 6]) {
      const told = await describe(talk, group, version)
      assert.is(errorName(told), version < 6 ? 'NONE' : 'GROUP_ID_NOT_FOUND')
      assert.is(told.groupState, 'Dead')
      assert.is(told.protocolType, '')
      assert.equal(told.members, [])
    }
    const { errorMessage } = await describe(talk, group)
    assert.match(errorMessage ?? '', group.name)
    assert.is(await listed(talk, group), undefined)
  }),
)

contract(
  'several groups are described in one answer, each alone, and static members by name',
  needs('DescribeGroups', 4),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const member = group.member({ instanceId: 'one' })
    await member.join()
    const body = { groups: ['', group.name, context.uniqueName('group')], includeAuthorizedOperations: true }
    const ask = async () => {
      const { groups } = await talk.broker(group.coordinator).request(DescribeGroups, 4, body)
      assert.is(groups.length, 3)
      return groups.find(({ groupId }) => groupId === group.name)!
    }
    // What is told is what the replicas have.
    const told = await eventually(ask, ({ members }) => members.length > 0)
    assert.is(told.members[0]!.groupInstanceId, 'one')
    assert.is(told.authorizedOperations, 3400)
  }),
)

contract(
  'groups are listed by state and by type, in whatever case these are written',
  needs('ListGroups', 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    await group.stable(1)
    const all = 'Stable, classic, consumer'
    assert.is(await listed(talk, group), all)
    assert.is(await listed(talk, group, { statesFilter: ['Empty', 'Stable'] }), all)
    assert.is(await listed(talk, group, { statesFilter: ['sTABLE'] }), all)
    assert.is(await listed(talk, group, { statesFilter: ['Empty'] }), undefined)
    assert.is(await listed(talk, group, { statesFilter: ['Nonsense'] }), undefined)
    assert.is(await listed(talk, group, { typesFilter: ['classic'] }), all)
    assert.is(await listed(talk, group, { typesFilter: ['consumer'] }), undefined)
    assert.is(await listed(talk, group, { typesFilter: ['nonsense'] }), undefined)
    assert.is(await listed(talk, group, { typesFilter: ['Classic'], statesFilter: ['Dead'] }), undefined)
  }),
)

contract(
  'groups are listed with states from v4 on and types from v5 on',
  needs('ListGroups', 0, 3, 4, 5),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    await group.stable(1)
    for (const version of [0, 3, 4, 5]) {
      const answer = await talk.broker(group.coordinator).request(ListGroups, version, {})
      assert.is(errorName(answer), 'NONE')
      const found = answer.groups.find(({ groupId }) => groupId === group.name)!
      assert.is(found.protocolType, 'consumer')
      assert.is(found.groupState, version >= 4 ? 'Stable' : '')
      assert.is(found.groupType, version >= 5 ? 'classic' : '')
    }
  }),
)

runContract()
