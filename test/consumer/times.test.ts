import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, Consumer, OFFSET_COMMITTED, type StartOffset } from '../../src'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

const times = suite('a start by time')
let rig: BrokerRig
const hour = 3_600_000

/** Message i is i hours old, of five; the oldest comes first. */
times.before.each(async () => {
  rig = await BrokerRig.start()
  const now = rig.clock.now()
  for (let i = 5; i > 0; i--)
    rig.kafka.partition('orders').append([{ value: `${i} h`, timestamp: now - i * hour }])
})
times.after.each(() => rig.close())

const agoMs = (hours: number): StartOffset => ({ agoMs: hours * hour })
const at = (hours: number): StartOffset => ({ at: new Date(rig.clock.now() - hours * hour) })

for (const [what, start] of [
  ['{ at }', at],
  ['{ agoMs }', agoMs],
] as const) {
  times(`${what} begins with the first message of that time or later`, async () => {
    const reading = new Reading(rig, { from: start(2.5) })
    const exact = new Reading(rig, { from: start(3) })
    await rig.clock.until(() => reading.count === 2 && exact.count === 3)
    assert.equal(reading.values, ['2 h', '1 h'])
    assert.equal(exact.values, ['3 h', '2 h', '1 h'])
  })

  times(`${what} before the log begins with its first message`, async () => {
    const reading = new Reading(rig, { from: start(1000) })
    await rig.clock.until(() => reading.count === 5)
  })

  times(`${what} newer than all messages is the end of the log`, async () => {
    const reading = new Reading(rig, { from: start(0.5) })
    await rig.clock.advance(2000)
    assert.is(reading.count, 0)
    // Old as it is, it was written after the start.
    rig.kafka.partition('orders').append([{ value: 'new', timestamp: rig.clock.now() - 4 * hour }])
    await rig.clock.until(() => reading.count === 1)
  })
}

times('a message that is written while the time is looked up is not missed', async () => {
  const lists = () => rig.kafka.requests.of(Apis.ListOffsets).length
  const reading = new Reading(rig, { from: { agoMs: 0 } })
  await rig.clock.until(() => lists() === 2)
  rig.kafka.partition('orders').append([{ value: 'between' }])
  await rig.clock.until(() => reading.count === 1, 5000)
  assert.equal(
    rig.kafka.requests
      .of(Apis.ListOffsets)
      .map(({ body }) => `${body.topics[0]!.partitions[0]!.timestamp}`)[0],
    '-1',
  )
})

times('{ agoMs } as autoOffsetReset: where nothing is stored, and where the offset is gone', async () => {
  const autoOffsetReset = { agoMs: 2.5 * hour }
  const group = new Reading(rig, { groupId: 'billing', from: OFFSET_COMMITTED, autoOffsetReset })
  const gone = new Reading(rig, { from: 1000, autoOffsetReset })
  await rig.clock.until(() => group.count === 2 && gone.count === 2)
  assert.equal(
    [...group.of('offset-reset'), ...gone.of('offset-reset')].map(({ from, to }) => [from, to]),
    [
      [undefined, autoOffsetReset],
      [1000n, autoOffsetReset],
    ],
  )
})

times('what is no start is refused at once', async () => {
  const consumer = new Consumer(rig.client(), 'orders')
  for (const start of [
    {},
    { at: 5 },
    { at: new Date(NaN) },
    { agoMs: -1 },
    { agoMs: 1.5 },
    { at: new Date(), agoMs: 1 },
  ]) {
    let error: unknown
    consumer.start(start as StartOffset).subscribe({ error: (thrown: unknown) => (error = thrown) })
    assert.instance(error, ArgumentError)
    assert.match((error as Error).message, '{ at: Date } or { agoMs }')
  }
  for (const autoOffsetReset of [{ agoMs: -1 }, {}, 'never'])
    assert.throws(
      () => new Consumer(rig.client(), 'orders', { autoOffsetReset: autoOffsetReset as 'latest' }),
      /consumer option autoOffsetReset: expected 'earliest', 'latest', 'none' or \{ agoMs \}/,
    )
})

times('a time before the log on a broker older than 0.10.1 is its first message', async () => {
  const served = await ServedLog.start()
  served.append(numbered(5))
  const apiKeys = Object.values(Apis).map(({ key, versions: [minVersion, maxVersion] }) => ({
    apiKey: key,
    minVersion,
    maxVersion: key === Apis.ListOffsets.key ? 0 : maxVersion,
  }))
  served.peers[0]!.answer(Apis.ApiVersions, { errorCode: 0, apiKeys })
  served.peers[0]!.on(Apis.ListOffsets, ({ body }, reply) => {
    const time = `${body.topics[0]!.partitions[0]!.timestamp}`
    const oldStyleOffsets = { '-1': [5n], '-2': [0n] }[time] ?? []
    reply({
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, errorCode: 0, oldStyleOffsets }] }],
    })
  })
  const reading = new Reading(served, { from: { agoMs: hour } })
  await served.clock.until(() => reading.count === 5)
})

times.run()
