import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, type Batch } from '../../src'
import { answerWith } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { Reading } from './reading'

const seeds = 40
const steps = 60

/** What a reader has been given of the log, were it to undo what it is told was truncated. */
class Ledger {
  readonly #rows: (readonly [offset: bigint, value: string])[] = []

  add(batch: Batch): void {
    for (const { offset, value } of batch.messages) this.#rows.push([offset, String(value)])
  }

  truncate(to: bigint): void {
    while (this.#rows.length > 0 && this.#rows.at(-1)![0] >= to) this.#rows.pop()
  }

  get rows(): readonly string[] {
    return this.#rows.map(([offset, value]) => `${offset} ${value}`)
  }
}

/** Writes, moves leaders, loses records, kills brokers and fences epochs, one thing after another. */
async function disturb(rig: BrokerRig, random: () => number): Promise<void> {
  const { kafka, clock } = rig
  const partition = kafka.partition('orders')
  const one = (count: number) => Math.floor(random() * count)
  const acts: (() => unknown)[] = [
    () => partition.moveLeader(),
    () =>
      partition.truncateTo(
        partition.logEndOffset - BigInt(one(Math.min(8, Number(partition.logEndOffset) + 1))),
      ),
    () =>
      kafka.faults.once(
        Apis.Fetch,
        answerWith(random() < 0.5 ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'),
      ),
    () => kafka.faults.once(Apis.OffsetForLeaderEpoch, answerWith('NOT_LEADER_OR_FOLLOWER')),
    () => kafka.broker(partition.leader).cutConnections(),
    () => kafka.broker(1 + one(3)).freezeMetadata(),
    () => [1, 2, 3].forEach(id => kafka.broker(id).thawMetadata()),
    async () => {
      const { leader } = partition
      await rig.done(kafka.broker(leader).kill())
      await clock.until(() => partition.leader !== leader)
      await rig.done(kafka.broker(leader).start())
    },
  ]
  for (let step = 0; step < steps; step++) {
    for (let i = one(4); i > 0; i--) partition.append([{ value: `step ${step} message ${i}` }])
    if (random() < 0.4) await acts[one(acts.length)]!()
    await clock.advance(one(300))
  }
  for (const id of [1, 2, 3]) kafka.broker(id).thawMetadata()
}

for (const pace of ['quick', 'slow'] as const) {
  test(`a ${pace} reader that undoes what it is told was truncated has the log in the end`, async () => {
    let truncations = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const rig = await BrokerRig.start({ brokers: 3, topics: { orders: { replicationFactor: 3 } } })
      const random = seededRandom(seed)
      const ledger = new Ledger()
      const each = (batch: Batch): void => {
        ledger.add(batch)
        if (pace === 'quick') batch.ack()
        else rig.clock.after(Math.floor(random() * 400), () => batch.ack())
      }
      const reading = new Reading(rig, {
        autoOffsetReset: 'latest',
        ack: 'manual',
        maxBatchMessages: 3,
        each,
      })
      reading.consumer.events$.subscribe(event => {
        if (event.type === 'truncated') ledger.truncate(event.to)
      })
      await disturb(rig, random)
      rig.kafka.partition('orders').append([{ value: 'the end' }])
      await rig.clock.until(() => ledger.rows.at(-1)?.endsWith('the end') === true, 600_000)
      const log = rig.kafka.messages('orders').map(({ offset, value }) => `${offset} ${String(value)}`)
      assert.equal(ledger.rows, log, `seed ${seed}`)
      assert.equal(reading.of('offset-reset'), [], `seed ${seed}`)
      truncations += reading.of('truncated').length
      await rig.close()
    }
    assert.ok(truncations > 10, `${truncations} truncations`)
  })
}

test.run()
