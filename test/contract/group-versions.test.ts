import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { Group } from '../support/talk/group'
import { subscriptionsIn } from '../support/talk/member'
import { commit, newTopic, stored } from '../support/talk/offsets'

const { LeaveGroup } = Apis

/** Versions that clients of one age use together. */
const ages = [
  { join: 0, sync: 0, heartbeat: 0, leave: 0, commit: 2, fetch: 1 },
  { join: 1, sync: 0, heartbeat: 0, leave: 0, commit: 2, fetch: 2 },
  { join: 2, sync: 1, heartbeat: 1, leave: 1, commit: 3, fetch: 3 },
  { join: 3, sync: 2, heartbeat: 2, leave: 2, commit: 4, fetch: 4 },
  { join: 4, sync: 2, heartbeat: 2, leave: 2, commit: 5, fetch: 5 },
  { join: 5, sync: 3, heartbeat: 3, leave: 3, commit: 7, fetch: 5 },
  { join: 6, sync: 4, heartbeat: 4, leave: 4, commit: 8, fetch: 6 },
  { join: 7, sync: 5, heartbeat: 4, leave: 4, commit: 8, fetch: 7 },
  { join: 8, sync: 5, heartbeat: 4, leave: 5, commit: 9, fetch: 8 },
  { join: 9, sync: 5, heartbeat: 4, leave: 5, commit: 10, fetch: 10 },
] as const

for (const versions of ages) {
  contract(
    `the life of a group in the versions of JoinGroup v${versions.join}: joined, assigned, read, left, read on`,
    needs('JoinGroup', versions.join),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const topic = await newTopic(talk, context)
      const title = versions.fetch >= 10 ? topic.topicId : topic.name
      const [leader, follower] = [
        group.member({ versions, topics: [topic.name] }),
        group.member({ versions, topics: [topic.name] }),
      ]
      assert.is(errorName(await leader.enter()), 'NONE')
      const joining = follower.enter()
      await leader.heartbeatUntil('REBALANCE_IN_PROGRESS')
      const answer = await leader.join()
      await joining
      assert.is(subscriptionsIn(answer).get(follower.memberId), `${topic.name} by range`)
      const synced = follower.sync()
      await leader.sync({ [follower.memberId]: 'all of it' })
      assert.is((await synced).assignment.toString(), 'all of it')
      assert.is(await follower.heartbeat(), 'NONE')
      const as = { memberId: follower.memberId, generationIdOrMemberEpoch: 2, version: versions.commit }
      assert.equal(await commit(talk, group, topic, as), { 0: 'NONE' })
      const { memberId } = follower
      const body = versions.leave < 3 ? { memberId } : { members: [{ memberId }] }
      const broker = talk.broker(group.coordinator)
      const left = await broker.request(LeaveGroup, versions.leave, { groupId: group.name, ...body })
      assert.is(errorName(left), 'NONE')
      assert.equal(await commit(talk, group, topic, as), { 0: 'UNKNOWN_MEMBER_ID' })
      assert.is(await leader.heartbeat(), 'REBALANCE_IN_PROGRESS')
      assert.is((await leader.join()).generationId, 3)
      const found = await stored(talk, group, { version: versions.fetch, of: [[topic, 0]] })
      assert.equal(found, [`${title}/0: 5, -1, `])
    }),
  )
}

runContract()
