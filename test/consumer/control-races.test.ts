import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, type Batch } from '../../src'
import { closeConnection, delayAnswer, dropAnswer } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { Dice } from '../support/chaos'
import { Reading } from './reading'

const seeds = 60
const steps = 40
const partitions = 3
const messages = 400

/** What comes next of each partition, as it was last told to. */
class Expected {
  readonly next = Array.from({ length: partitions }, () => 0n)
  readonly paused = new Set<number>()
  wrong: string | undefined
  given = 0

  readonly take = (batch: Batch): void => {
    const { partition, firstOffset, nextOffset } = batch
    const expected = this.next[partition]
    if (this.paused.has(partition)) this.wrong ??= `${batch.toString()} is given though it is paused`
    if (firstOffset !== expected) this.wrong ??= `${batch.toString()} is given, ${expected} was next`
    this.next[partition] = nextOffset
    this.given += batch.count
  }
}

async function walk(seed: number, ack: 'auto' | 'manual'): Promise<void> {
  const dice = new Dice(seededRandom(seed))
  const rig = await BrokerRig.start({ brokers: 2, topics: { orders: { partitions } } })
  for (let partition = 0; partition < partitions; partition++)
    for (let from = 0; from < messages; from += 40)
      rig.kafka
        .partition('orders', partition)
        .append(Array.from({ length: 40 }, (_, i) => ({ value: `${from + i}` })))
  const expected = new Expected()
  let isOver = false
  const reading = new Reading(rig, {
    client: rig.client({ requestTimeoutMs: 1000 }),
    ack,
    maxBatchMessages: 7,
    maxInFlightBatches: 3,
    maxPartitionFetchBytes: 700,
    each: batch => {
      expected.take(batch)
      if (ack === 'auto') void batch.messages
      else rig.clock.after(dice.below(20), () => batch.ack())
      // From within the delivery too.
      if (!isOver && dice.isSo(0.05)) control(batch.partition)
    },
  })
  const control = (partition: number): void => {
    const at = { topic: 'orders', partition }
    dice.oneOf([
      () => {
        reading.consumer.pause(at)
        expected.paused.add(partition)
      },
      () => {
        expected.paused.delete(partition)
        reading.consumer.resume(at)
      },
      () => {
        // Mostly into the midst of a batch.
        const to = BigInt(dice.below(messages))
        expected.next[partition] = to
        reading.consumer.seek(at, to)
      },
    ])()
  }
  await rig.clock.until(() => reading.count > 0)
  for (let step = 0; step < steps; step++) {
    control(dice.below(partitions))
    if (dice.isSo(0.1)) rig.kafka.faults.once(Apis.Fetch, dice.oneOf([dropAnswer, closeConnection])())
    if (dice.isSo(0.2)) rig.kafka.faults.once(Apis.Fetch, delayAnswer(dice.below(500)))
    await rig.clock.advance(dice.oneOf([0, 1, 3, 20, 300]))
    assert.is(expected.wrong, undefined, `seed ${seed}`)
  }
  isOver = true
  reading.consumer.resume()
  expected.paused.clear()
  await rig.clock.until(() => expected.next.every(offset => offset === BigInt(messages)), 60_000)
  assert.is(expected.wrong, undefined, `seed ${seed}`)
  assert.is(reading.error, undefined)
  await rig.close()
}

for (const ack of ['auto', 'manual'] as const)
  test(`${ack}: pause, resume and seek at any moment, needed or not: all comes once from where it was told to`, async () => {
    for (let seed = 1; seed <= seeds; seed++) await walk(seed, ack)
  })

test.run()
