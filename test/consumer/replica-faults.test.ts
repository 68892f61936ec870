import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessage, seededRandom } from '../../src'
import { answerWith, dropAnswer, throttle } from '../../src/broker'
import { Apis, type ErrorName, type ReceivedRequestOf } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { Dice } from '../support/chaos'
import { numbered, Reading } from './reading'

const { Fetch } = Apis
const replica = suite('a replica that is read from')
const selector = { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' }
let rig: BrokerRig
let reading: Reading

/** Broker 1 leads, broker 2 is in the rack of the reader, which has read ten messages. */
replica.before.each(async () => {
  rig = await BrokerRig.start({ brokers: 3, racks: ['a', 'b', 'c'], config: selector, topics: {} })
  await rig.done(rig.kafka.createTopic('orders', { replicationFactor: 3 }))
  const partition = rig.kafka.partition('orders')
  if (partition.leader !== 1) partition.moveLeader(1)
  await rig.clock.advance(100)
  append(10)
  const client = rig.client({ clientRack: 'b', requestTimeoutMs: 1000, connectTimeoutMs: 1000 })
  reading = new Reading(rig, { client, autoOffsetReset: 'none' })
  await rig.clock.until(() => reading.count === 10)
})
replica.after.each(() => rig.close())

function append(count: number): void {
  const partition = rig.kafka.partition('orders')
  partition.append(numbered(count, Number(partition.logEndOffset)).map(value => createMessage(value)))
}

/** Ten more are read within so long, once and in order, and nothing was reset. */
async function goesOn(limitMs: number): Promise<void> {
  append(10)
  const end = Number(rig.kafka.partition('orders').logEndOffset)
  await rig.clock.until(() => reading.count >= end || reading.error !== undefined, limitMs)
  assert.is(reading.error, undefined)
  assert.equal(reading.values, numbered(end))
  assert.equal(reading.of('offset-reset'), [])
}

const refusals: readonly ErrorName[] = [
  'OFFSET_OUT_OF_RANGE',
  'OFFSET_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
]

for (const error of refusals)
  replica(`and answers ${error} for a minute: reading goes on without a gap`, async () => {
    rig.kafka.faults.on(Fetch, answerWith(error, { topic: 'orders' }), { broker: 2 })
    for (let i = 0; i < 10; i++) {
      await goesOn(10_000)
      await rig.clock.advance(6000)
    }
    rig.kafka.faults.clear()
    await goesOn(1000)
  })

replica(
  'and falls silent, or cannot be connected to any more: the leader is, as an event tells',
  async () => {
    rig.kafka.faults.on(Fetch, dropAnswer(), { broker: 2 })
    await rig.clock.advance(1000)
    await goesOn(10_000)
    assert.ok(reading.of('retry').length > 0)
    rig.kafka.faults.clear()
    await rig.clock.advance(31_000)
    const { host, port } = rig.kafka.broker(2)
    rig.network.ignore(`${host}:${port}`)
    rig.kafka.broker(2).cutConnections()
    await goesOn(10_000)
    rig.network.heal(`${host}:${port}`)
    await goesOn(1000)
  },
)

replica('while brokers die, leaders move and answers are late: all comes once and in order', async () => {
  const dice = new Dice(seededRandom(5))
  const outOfRange = answerWith('OFFSET_OUT_OF_RANGE', { topic: 'orders' })
  /** From the leader it would be true. */
  const isOfFollower = ({ body }: { body: ReceivedRequestOf<typeof Fetch> }): boolean => {
    const { leader, leaderEpoch } = rig.kafka.partition('orders')
    return leader !== 2 && body.topics[0]?.partitions[0]?.currentLeaderEpoch === leaderEpoch
  }
  for (let step = 0; step < 60; step++) {
    const broker = rig.kafka.broker(1 + dice.below(3))
    const partition = rig.kafka.partition('orders')
    await dice.oneOf([
      () => rig.done(broker.isUp ? broker.kill() : broker.start()),
      () => rig.kafka.faults.once(Fetch, dropAnswer(), { broker: 2 }),
      () => rig.kafka.faults.once(Fetch, outOfRange, { broker: 2, when: isOfFollower }),
      () => rig.kafka.faults.once(Fetch, throttle(500)),
      () => partition.leader > 0 && partition.isr.length > 1 && partition.moveLeader(),
    ])()
    for (const id of [1, 2, 3]) if (id !== broker.id) await rig.done(rig.kafka.broker(id).start())
    if (partition.leader > 0) append(1 + dice.below(5))
    await rig.clock.advance(dice.below(3000))
  }
  for (const id of [1, 2, 3]) await rig.done(rig.kafka.broker(id).start())
  await rig.clock.advance(10_000)
  await goesOn(30_000)
})

for (const error of ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH'] as const)
  replica(`is asked without a fetch session: ${error} is only a reason to ask again`, async () => {
    rig.kafka.faults.on(Fetch, answerWith(error), { times: 3 })
    await goesOn(10_000)
    const sessions = rig.kafka.requests.of(Fetch).map(({ body }) => [body.sessionId, body.sessionEpoch])
    assert.ok(sessions.every(([id, epoch]) => id === 0 && epoch === -1))
  })

replica.run()
