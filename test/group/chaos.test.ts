import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { closeConnection, dropAnswer } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { groupId, GroupRig, type TestMember } from './group-rig'

const runs = Number(process.env['RX_KAFKA_RUNS'] ?? 20)

const step = fc.record({
  what: fc.constantFrom(
    'join',
    'join',
    'leave',
    'move',
    'kill',
    'start',
    'drop',
    'cut',
    'slow',
    'wait',
    'wait',
  ),
  who: fc.nat(5),
  api: fc.constantFrom('Heartbeat', 'JoinGroup', 'SyncGroup', 'FindCoordinator', 'LeaveGroup', 'Metadata'),
  ms: fc.oneof(fc.nat(5000), fc.nat(60_000)),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does one thing to the group, and lets some time pass. */
async function take(rig: GroupRig, { what, who, api, ms }: Step): Promise<void> {
  const live = rig.members.filter(({ membership }) => membership.phase !== 'over')
  const member: TestMember | undefined = live[who % Math.max(live.length, 1)]
  const broker = (who % 3) + 1
  const up = rig.kafka.brokers.filter(({ id }) => rig.kafka.broker(id).isUp)
  const when = ({ clientId }: { readonly clientId: string | null }) => clientId === member?.name
  if (what === 'join' && live.length < 4) rig.join()
  if (what === 'leave') void member?.membership.leave()
  if (what === 'move' && up.length > 1) rig.kafka.moveCoordinator(groupId)
  if (what === 'kill' && up.length > 1)
    await rig.clock.outcomeOf(rig.kafka.broker(up[who % up.length]!.id).kill())
  if (what === 'start' && !rig.kafka.broker(broker).isUp)
    await rig.clock.outcomeOf(rig.kafka.broker(broker).start())
  if (what === 'drop') rig.kafka.faults.on(Apis[api], dropAnswer(), { times: (ms % 4) + 1, when })
  if (what === 'cut')
    rig.kafka.faults.on(Apis[api], closeConnection(ms % 2 ? 'after' : 'before'), {
      times: (ms % 4) + 1,
      when,
    })
  if (what === 'slow' && member) member.drainMs = ms % 5000
  await rig.clock.advance(ms)
}

test('whatever goes wrong, no partition has two owners, and when all is well again each has one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), async steps => {
      const rig = await GroupRig.start({ kafka: { brokers: 3 } })
      rig.join()
      for (const one of steps) await take(rig, one)
      rig.kafka.faults.clear()
      for (const { id } of rig.kafka.brokers)
        if (!rig.kafka.broker(id).isUp) await rig.clock.outcomeOf(rig.kafka.broker(id).start())
      rig.join()
      const live = rig.members.filter(({ membership }) => !['over', 'leaving'].includes(membership.phase))
      const isWell = () =>
        rig.ownership.count === 12 && live.every(({ membership }) => membership.phase === 'stable')
      await rig.until(isWell, 300_000)
      assert.equal(
        rig.members.flatMap(({ failures }) => failures),
        [],
      )
      await rig.end()
    }),
    { seed: 1, numRuns: runs, includeErrorInReport: true },
  )
})

test.run()
