import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow } from '../../../src/protocol'
import { AdminRig } from '../handlers/admin-rig'

const lagMs = 100
const test = suite<{ admin: AdminRig }>('groups whose coordinator moves')
test.before.each(async context => {
  context.admin = await AdminRig.start({ brokers: 3, metadataLagMs: lagMs })
})
test.after.each(({ admin }) => admin.close())

test('each new coordinator reads its groups in full, however soon it follows the last', async ({ admin }) => {
  const { clock } = admin.rig
  await admin.ask(Apis.FindCoordinator, 0, { key: 'billing' })
  await clock.advance(lagMs)
  const { nodeId } = await admin.ask(Apis.FindCoordinator, 0, { key: 'billing' })
  const [next, last] = [1, 2, 3].filter(id => id !== nodeId) as [number, number]
  const heard = async () => {
    const { groups } = await admin.ask(Apis.DescribeGroups, 0, { groups: ['billing'] }, last)
    return errorRow(groups[0]!.errorCode).name
  }
  await heard()
  admin.kafka.moveCoordinator('billing', next)
  await clock.advance(lagMs - 40)
  admin.kafka.moveCoordinator('billing', last)
  await clock.advance(60)
  assert.is(await heard(), 'COORDINATOR_LOAD_IN_PROGRESS')
  await clock.advance(40)
  assert.is(await heard(), 'NONE')
})

test.run()
