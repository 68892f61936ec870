import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Partition } from '../../../src/broker/cluster'
import { Apis } from '../../../src/protocol'
import { AdminRig } from '../handlers/admin-rig'

const test = suite<{ admin: AdminRig }>('what brokers are told of topics')
test.before.each(async context => {
  context.admin = await AdminRig.start({ brokers: 3 })
})
test.after.each(({ admin }) => admin.close())

/** How many images of partitions are made while this is done. */
async function imagesMade(work: () => Promise<unknown>): Promise<number> {
  const { image } = Partition.prototype
  let made = 0
  Partition.prototype.image = function (...args) {
    made++
    return image.apply(this, args)
  }
  try {
    await work()
  } finally {
    Partition.prototype.image = image
  }
  return made
}

const namesTold = async (admin: AdminRig, broker: number) => {
  const { topics } = await admin.ask(Apis.Metadata, 12, { topics: null }, broker)
  return topics.map(({ name }) => name!).sort()
}

test('only topics that are new or other are imaged anew', async ({ admin }) => {
  const names = Array.from({ length: 1000 }, (_, i) => `topic-${i}`).sort()
  const wanted = names.map(name => ({ name, numPartitions: 2 }))
  assert.is(await imagesMade(() => admin.create(wanted)), 2000)
  await admin.settle()
  for (const broker of [1, 2, 3]) assert.equal(await namesTold(admin, broker), names)
  const one = await imagesMade(() => admin.create([{ name: 'x' }]))
  assert.is(one, 1)
})

test('every change is told: topics made, grown, moved, deleted and made again', async ({ admin }) => {
  const told = async (name = 'orders') => {
    const { topics } = await admin.ask(Apis.Metadata, 12, { topics: [{ name }] }, 2)
    return topics[0]!.partitions.map(({ leaderId, leaderEpoch }) => `${leaderId}@${leaderEpoch}`)
  }
  const assignments = [{ partitionIndex: 0, brokerIds: [1, 2] }]
  await admin.create([{ name: 'orders', numPartitions: -1, replicationFactor: -1, assignments }])
  await admin.create([{ name: 'other' }])
  await admin.settle()
  assert.equal(await told(), ['1@0'])
  admin.kafka.partition('orders').moveLeader(2)
  await admin.settle()
  assert.equal(await told(), ['2@1'])
  const grown = { name: 'orders', count: 2, assignments: [{ brokerIds: [3, 1] }] }
  await admin.ask(Apis.CreatePartitions, 3, { topics: [grown], timeoutMs: 5000, validateOnly: false })
  await admin.settle()
  assert.equal(await told(), ['2@1', '3@0'])
  await admin.rig.done(admin.kafka.deleteTopic('orders'))
  await admin.settle()
  assert.equal(await namesTold(admin, 2), ['other'])
  await admin.create([{ name: 'orders' }])
  await admin.settle()
  assert.equal(await namesTold(admin, 2), ['orders', 'other'])
})

test('what a broker knows does not change under it', async ({ admin }) => {
  admin.kafka.broker(2).freezeMetadata()
  await admin.create([{ name: 'orders' }])
  for (let i = 0; i < 1100; i++) admin.kafka.partition('orders').truncateTo(0)
  await admin.settle()
  assert.equal(await namesTold(admin, 1), ['orders'])
  assert.equal(await namesTold(admin, 2), [])
  admin.kafka.broker(2).thawMetadata()
  assert.equal(await namesTold(admin, 2), ['orders'])
})

test.run()
