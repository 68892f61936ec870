import * as assert from 'uvu/assert'
import { Producer } from '../../src'
import { Apis } from '../../src/protocol'
import { contract, runContract, type Need } from '../support/contract'
import { MembershipRig, until, type GroupMember } from '../support/membership'

async function commit(
  member: GroupMember,
  { groupId, topic }: MembershipRig,
  identity = member.membership.identity!,
) {
  const { memberId, generationId } = identity
  const payloads = [{ topic, partition: 0, offset: 7 }]
  const options = { memberId, generationId, failOnError: false, timeoutMs: 5000 }
  const [answer] = await member.client.sendOffsetCommitRequest(groupId, payloads, options)
  return answer!.error?.message ?? 'stored'
}

contract('1, 2, 3, 2, 1 members divide all partitions, each owned by one at a time', { core: true }, ctx =>
  MembershipRig.within(ctx, 12, async rig => {
    const a = rig.join()
    await rig.shared({ a: 12 })
    const b = rig.join()
    await rig.shared({ a: 6, b: 6 })
    rig.join()
    await rig.shared({ a: 4, b: 4, c: 4 })
    await b.membership.leave()
    await rig.shared({ a: 6, c: 6 })
    await a.membership.leave()
    await rig.shared({ c: 12 })
  }),
)

contract('who leaves is missed at once, not only when its session is over', { core: true }, ctx =>
  MembershipRig.within(ctx, 4, async rig => {
    const a = rig.join({ sessionTimeoutMs: 30_000 })
    rig.join({ sessionTimeoutMs: 30_000 })
    await rig.shared({ a: 2, b: 2 })
    await a.membership.leave()
    await rig.shared({ b: 4 }, 5000)
  }),
)

contract('commits of a member are taken while it lets go, and refused when it is no member', {}, ctx =>
  MembershipRig.within(ctx, 2, async rig => {
    const outcomes: string[] = []
    const a = rig.join({ letGo: async member => void outcomes.push(await commit(member, rig)) })
    await rig.shared({ a: 2 })
    rig.join()
    await rig.shared({ a: 1, b: 1 })
    assert.equal(outcomes, ['stored'])
    const last = a.membership.identity!
    await a.membership.leave()
    await rig.shared({ b: 2 })
    assert.match(await commit(a, rig, last), 'UNKNOWN_MEMBER_ID')
  }),
)

const transactions: readonly Need[] = [
  { api: 'TxnOffsetCommit', version: 3 },
  { api: 'InitProducerId', version: 4 },
]

contract(
  'a transaction takes the offsets of a member under its identity, until its generation is over',
  { needs: transactions },
  ctx =>
    MembershipRig.within(ctx, 2, async rig => {
      const a = rig.join()
      await rig.shared({ a: 2 })
      const identity = a.membership.identity!
      const producer = new Producer(a.client, { transactionalId: ctx.uniqueName('transactional') })
      const offsets = [{ topic: rig.topic, partition: 1, offset: 9 }]
      await producer.transaction(tx => tx.sendOffsets(offsets, identity))
      const [stored] = await a.client.sendOffsetFetchRequest(rig.groupId, offsets)
      assert.is(stored!.offset, 9n)
      rig.join()
      await rig.shared({ a: 1, b: 1 })
      const refused = await producer.transaction(tx => tx.sendOffsets(offsets, identity)).catch(String)
      assert.match(String(refused), 'ILLEGAL_GENERATION')
    }),
)

contract('an assignor that all members have is used', {}, ctx =>
  MembershipRig.within(ctx, 4, async rig => {
    const a = rig.join({ assignors: ['roundrobin', 'range'] })
    await rig.shared({ a: 4 })
    rig.join({ assignors: ['range'] })
    await rig.shared({ a: 2, b: 2 })
    const [one, other] = rig.ownership.of('a').map(name => Number(name.split('/')[1]))
    assert.is(other! - one!, 1, 'neighbours, as range has them')
    const c = rig.join({ assignors: ['roundrobin'] })
    await until(
      () => c.failures.length > 0,
      () => c.membership.phase,
    )
    assert.match(c.failures[0]!.message, 'INCONSISTENT_GROUP_PROTOCOL')
    assert.is(a.failures.length, 0)
  }),
)

const statics = { needs: [{ api: 'JoinGroup', version: 5 }] as const }

contract(
  'a static member that comes back has its partitions again, and the others keep theirs',
  statics,
  ctx =>
    MembershipRig.within(ctx, 4, async rig => {
      const a = rig.join({ groupInstanceId: 'one', sessionTimeoutMs: 30_000 })
      await rig.shared({ a: 4 })
      const b = rig.join({ groupInstanceId: 'two', sessionTimeoutMs: 30_000 })
      await rig.shared({ a: 2, b: 2 })
      const [before, revoked] = [rig.ownership.of('b'), a.of('revoked').length]
      await b.membership.leave()
      rig.join({ groupInstanceId: 'two', sessionTimeoutMs: 30_000 })
      await rig.shared({ a: 2, c: 2 })
      assert.equal(rig.ownership.of('c'), before)
      assert.is(a.of('revoked').length, revoked)
    }),
)

contract('a static member whose place is taken is fenced', statics, ctx =>
  MembershipRig.within(ctx, 1, async rig => {
    const a = rig.join({ groupInstanceId: 'one' })
    await rig.shared({ a: 1 })
    rig.ownership.absent.add('a')
    rig.join({ groupInstanceId: 'one' })
    await until(
      () => a.failures.length > 0,
      () => a.membership.phase,
    )
    assert.match(a.failures[0]!.message, 'FENCED_INSTANCE_ID')
    await rig.shared({ b: 1 })
  }),
)

contract(
  'partitions that are added are divided too',
  { needs: [{ api: 'CreatePartitions', version: 0 }] },
  ctx =>
    MembershipRig.within(ctx, 2, async rig => {
      const { client } = rig.join()
      rig.join()
      await rig.shared({ a: 1, b: 1 })
      const topics = [{ name: rig.topic, count: 6, assignments: null }]
      await client.request(Apis.CreatePartitions, { topics, timeoutMs: 5000, validateOnly: false })
      await rig.shared({ a: 3, b: 3 })
    }),
)

runContract()
