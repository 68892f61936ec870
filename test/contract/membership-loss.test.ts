import * as assert from 'uvu/assert'
import { contract, contractAlone, runContract } from '../support/contract'
import { brisk, MembershipRig } from '../support/membership'

contract('a member that is cut off is missed when its session is over', {}, ctx =>
  MembershipRig.within(ctx, 2, async rig => {
    const a = rig.join()
    rig.join()
    await rig.shared({ a: 1, b: 1 })
    rig.ownership.absent.add('a')
    const start = performance.now()
    // Its goodbye never leaves either.
    await a.client.stop()
    await rig.shared({ b: 2 }, 3 * brisk.sessionTimeoutMs)
    assert.ok(performance.now() - start > brisk.sessionTimeoutMs - 2 * brisk.heartbeatIntervalMs)
  }),
)

contractAlone(
  'the coordinator dies: members keep what they have, and go on with the next',
  { brokers: 3 },
  ctx =>
    MembershipRig.within(ctx, 6, async rig => {
      const long = { sessionTimeoutMs: 60_000 }
      const a = rig.join(long)
      const b = rig.join(long)
      await rig.shared({ a: 3, b: 3 })
      await ctx.control.kill(await a.client.loadCoordinatorForGroup(rig.groupId))
      rig.join(long)
      await rig.shared({ a: 2, b: 2, c: 2 }, 60_000)
      assert.is(a.of('lost').length + b.of('lost').length, 0)
    }),
)

runContract()
