import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PartitionLog } from '../../../src/broker/log'
import { LogModel, type ModelProducer } from './log-model'
import { batchesIn, batchOf, inShort, logOf, stored, usual } from './log-rig'

/** A place in a log, as a part of its length in per mille; some are behind the end. */
const place = fc.integer({ min: 0, max: 1050 })
const producer = fc.record({
  id: fc.constantFrom(1, 2),
  /** Epochs to those that the producer has had, and what to add to the sequence that comes next. */
  bump: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1),
  step: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, -1, -2, -3, 1),
})
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      times: fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 1, maxLength: 3 }),
      compression: fc.constantFrom('none' as const, 'none' as const, 'gzip' as const),
      newLeader: fc.constantFrom(false, false, true),
      producer: fc.option(producer, { freq: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('truncate' as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'forget' as const) }) },
)
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never
type Append = Extract<Action, { do: 'append' }>
type Wanted = NonNullable<Append['producer']>

/** A log and its model, to which the same is done. */
class Pair {
  readonly log: PartitionLog = logOf()
  readonly model = new LogModel()
  readonly seen = new Set<string>()
  #leaderEpoch = 0
  /** What a client believes its next batch to be, by producer id. */
  readonly #next = new Map<number, { epoch: number; sequence: number }>()

  do(one: Action): void {
    if (one.do === 'append') this.#append(one)
    else if (one.do === 'truncate') this.#truncate(this.at(one.place))
    else if (one.do === 'delete') {
      const offset = Math.min(this.at(one.place), this.model.end)
      this.model.deleteBefore(offset)
      this.log.deleteBefore(BigInt(offset))
    } else if (one.do === 'drop') {
      this.model.dropOldest()
      this.log.dropOldest()
    } else {
      this.model.forget(1)
      this.log.producers.forget(1n)
    }
  }

  /** The offset at this place. */
  at(perMille: number): number {
    const { start, end } = this.model
    return start + Math.floor(((end - start) * perMille) / 1000)
  }

  #append({ times, compression, newLeader, producer: wanted }: Append): void {
    if (newLeader) this.log.beginEpoch(++this.#leaderEpoch)
    const stamp = wanted && this.#stamp(wanted, times.length)
    const messages = times.map(timestamp => ({ value: String(timestamp), timestamp }))
    const options = stamp && {
      producerId: BigInt(stamp.id),
      producerEpoch: stamp.epoch,
      baseSequence: stamp.sequence,
    }
    const batch = batchOf(messages, { compression, ...options })
    const outcome = inShort(this.log.append(batch, { ...usual, leaderEpoch: this.#leaderEpoch }))
    assert.is(outcome, this.model.append(times, this.#leaderEpoch, stamp ?? undefined))
    this.seen.add(outcome.replace(/\d+/, 'n'))
  }

  #stamp({ id, bump, step }: Wanted, count: number): ModelProducer {
    const { epoch, sequence } = this.#next.get(id) ?? { epoch: 1, sequence: 0 }
    const stamp = { id, epoch: epoch + bump, sequence: bump > 0 ? 0 : Math.max(0, sequence + step) }
    if (step >= 0 && bump >= 0) this.#next.set(id, { epoch: stamp.epoch, sequence: stamp.sequence + count })
    return stamp
  }

  #truncate(offset: number): void {
    this.model.truncateTo(offset)
    this.log.truncateTo(BigInt(offset))
    this.log.beginEpoch(++this.#leaderEpoch)
  }
}

function compare({ log, model }: Pair): void {
  assert.equal([log.startOffset, log.endOffset], [BigInt(model.start), BigInt(model.end)])
  const records = stored(log).flatMap(batch => batch.records())
  assert.equal(
    records.map(({ offset, timestamp, value }) => [Number(offset), Number(timestamp), String(value)]),
    model.records.map(({ offset, time }) => [offset, time, String(time)]),
  )
  for (const { offset, leaderEpoch } of model.records)
    if (offset >= model.start) assert.is(log.epochAt(BigInt(offset)), leaderEpoch)
  for (const time of [0, 7, 19, 20, 21]) {
    const found = model.records.find(record => record.time >= time && record.offset >= model.start)
    assert.is(Number(log.offsetForTime(BigInt(time))?.offset ?? -1n), found?.offset ?? -1)
  }
  const newest = Math.max(...model.records.map(({ time }) => time))
  const first = model.records.find(({ time }) => time === newest)
  assert.is(Number(log.maxTimestamp()?.offset ?? -1n), first?.offset ?? -1)
}

test('whatever is done to it, a log is what a plain list of batches would be', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), actions => {
      const pair = new Pair()
      for (const one of actions) pair.do(one)
      compare(pair)
      for (const outcome of pair.seen) seen.add(outcome)
    }),
    { seed: 1, numRuns: 300 },
  )
  assert.equal([...seen].sort(), [
    'INVALID_PRODUCER_EPOCH',
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'duplicate n',
    'n',
  ])
})

test('whatever is asked for, a read gets the batches that a plain search finds', () => {
  const read = fc.record({ from: place, upTo: place, max: fc.nat(5), minOneBatch: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 40 }),
      fc.array(read, { minLength: 1, maxLength: 9 }),
      (actions, reads) => {
        const pair = new Pair()
        // Of one record each, so that all batches have one size.
        for (const one of actions)
          pair.do(one.do === 'append' ? { ...one, times: [1], compression: 'none' } : one)
        const size = batchOf([{ value: '1', timestamp: 1 }]).length
        for (const { from, upTo, max, minOneBatch } of reads) {
          const [first, bound] = [pair.at(from), pair.at(upTo)]
          const chunks = pair.log.read(BigInt(first), max * size, { minOneBatch, upTo: BigInt(bound) })
          assert.equal(
            batchesIn(Buffer.concat(chunks)).map(({ baseOffset }) => Number(baseOffset)),
            pair.model.read(first, max, minOneBatch, bound),
          )
        }
      },
    ),
    { seed: 2, numRuns: 200 },
  )
})

test.run()
