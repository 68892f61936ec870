import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GroupRig } from './group-rig'
import { SimulatedMember } from './simulated-member'

const happening = fc.record({
  afterMs: fc.nat(8000),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('start', 'start-static') },
    { weight: 3, arbitrary: fc.constantFrom('crash', 'leave') },
    { weight: 1, arbitrary: fc.constant('move') },
  ),
  who: fc.nat(9),
})
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

function happen(rig: GroupRig, members: SimulatedMember[], { what, who }: Happening): void {
  const running = members.filter(({ isRunning }) => isRunning)
  const chosen = running[who % Math.max(1, running.length)]
  if (what === 'move') rig.coordinator.resign(() => true)
  else if (what === 'crash') chosen?.crash()
  else if (what === 'leave') chosen?.leave()
  else members.push(new SimulatedMember(rig.coordinator, rig.clock, what === 'start' ? null : `i${who % 3}`))
}

test('whoever comes and goes: those who stay end up in one generation, each with its assignment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12, size: 'max' }), async all => {
      const rig = new GroupRig()
      const members: SimulatedMember[] = []
      for (const one of all) {
        happen(rig, members, one)
        await rig.clock.advance(one.afterMs)
      }
      // Sessions of those who are gone, and two rebalances.
      await rig.clock.advance(60_000)
      const staying = members.filter(({ isRunning }) => isRunning)
      const group = rig.group
      const known = group?.members.map(({ memberId }) => memberId).sort() ?? []
      assert.equal(known, staying.map(({ memberId }) => memberId).sort())
      if (staying.length > 0) assert.is(group!.state, 'Stable')
      for (const member of staying) assert.is(member.assigned, `${group!.generationId}`)
    }),
    { seed: 1, numRuns: Number(process.env['RX_KAFKA_RUNS'] ?? 100) },
  )
})

test.run()
