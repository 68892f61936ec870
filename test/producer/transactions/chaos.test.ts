import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, TransactionAbortedError, type Random } from '../../../src/kernel'
import { Producer, type Transaction } from '../../../src/producer'
import { Apis, type ErrorName } from '../../../src/protocol'
import { faultOf, type FaultPlan } from '../../support/chaos'
import { ProducingRig } from './producing-rig'

/** How many, and the seed of the first: `CHAOS_SCHEDULES=2000 node dist/test/producer/transactions/chaos.test.js`. */
const schedules = Number(process.env['CHAOS_SCHEDULES'] ?? 60)
const firstSeed = Number(process.env['CHAOS_SEED'] ?? 1)

const rounds = 12
const partitions = 2
const timeouts = { requestTimeoutMs: 1000, timeoutMs: 4000 }
const transactionTimeoutMs = 6000
/** By then every request has landed, and no transaction goes on that nobody ends. */
const calmMs = 60_000

const apis = [
  ...['Produce', 'Produce', 'Produce', 'EndTxn', 'EndTxn', 'EndTxn', 'AddPartitionsToTxn'],
  ...['AddOffsetsToTxn', 'TxnOffsetCommit', 'InitProducerId', 'FindCoordinator'],
] as readonly ('Produce' | 'EndTxn' | 'AddPartitionsToTxn' | 'TxnOffsetCommit')[]
/** What a coordinator may answer whether it has done what it was asked or not. */
const passing: readonly ErrorName[] = [
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'UNKNOWN_SERVER_ERROR',
]
const refusals: readonly ErrorName[] = [
  'CONCURRENT_TRANSACTIONS',
  'INVALID_TXN_STATE',
  'TRANSACTION_ABORTABLE',
]

interface Told {
  readonly values: readonly (readonly string[])[]
  readonly outcome: 'committed' | 'aborted' | 'unknown'
}

class Play {
  readonly #random: Random
  readonly #rig: ProducingRig
  #producer: Producer
  readonly told: Told[] = []
  #lastError: unknown

  static async start(seed: number): Promise<Play> {
    const random = seededRandom(seed)
    const versions = random() < 0.5 ? '4.3' : '2.8'
    const rig = await ProducingRig.start({ versions, brokers: 3, client: timeouts })
    return new Play(rig, random)
  }

  private constructor(rig: ProducingRig, random: Random) {
    this.#rig = rig
    this.#random = random
    this.#producer = this.#newProducer()
  }

  async run(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      this.#mishap()
      await this.#round(round)
    }
    this.#rig.kafka.faults.clear()
    await this.#rig.rig.clock.advance(calmMs)
    await this.#round(rounds)
    await this.#round(rounds + 1)
    assert.is(this.told.at(-1)!.outcome, 'committed', `goes on when all is well: ${String(this.#lastError)}`)
    await this.#rig.settled()
  }

  /** What readers of committed messages see is what was told. */
  check(): void {
    const seen = new Set(this.#rig.committed())
    const expected = Array.from({ length: partitions }, (): string[] => [])
    for (const { values, outcome } of this.told) {
      const first = values.flat()[0]
      const isThere =
        outcome === 'committed' || (outcome === 'unknown' && first !== undefined && seen.has(first))
      if (isThere) values.forEach((list, partition) => expected[partition]!.push(...list))
    }
    assert.equal(this.#rig.committed(), expected.flat(), JSON.stringify(this.told))
    for (let partition = 0; partition < partitions; partition++) {
      const { lastStableOffset, highWatermark } = this.#rig.kafka.partition('orders', partition)
      assert.is(lastStableOffset, highWatermark, `partition ${partition} hangs`)
    }
  }

  close(): Promise<void> {
    return this.#rig.close()
  }

  async #round(round: number): Promise<void> {
    const tx = await this.#begun()
    const values = Array.from({ length: partitions }, (): string[] => [])
    for (let left = this.#below(5); left > 0; left--) {
      const partition = this.#below(partitions)
      const value = `${round}.${left}`
      const delivery = tx.send({ topic: 'orders', partition, value })
      if (this.#random() < 0.1 && delivery.cancel()) continue
      values[partition]!.push(value)
      if (this.#random() < 0.5) await this.#rig.rig.clock.advance(this.#below(60))
    }
    if (this.#random() < 0.4)
      tx.sendOffsets([{ topic: 'other', partition: 0, offset: round }], 'copiers').catch(() => undefined)
    const outcome = await this.#ended(tx, round < rounds)
    this.told.push({ values, outcome })
    if (this.#random() < 0.3) await this.#rig.rig.clock.advance(this.#below(20_000))
  }

  async #ended(tx: Transaction, mayAbort: boolean): Promise<Told['outcome']> {
    if (mayAbort && this.#random() < 0.15) {
      await this.#rig.done(tx.abort().catch(() => undefined))
      return 'aborted'
    }
    try {
      await this.#rig.done(tx.commit())
      return 'committed'
    } catch (error) {
      this.#lastError = error
      return error instanceof TransactionAbortedError ? 'aborted' : 'unknown'
    }
  }

  /** A producer that cannot go on is replaced, as a program would be. */
  async #begun(): Promise<Transaction> {
    for (let attempt = 0; attempt < 100; attempt++) {
      try {
        return await this.#rig.done(this.#producer.begin())
      } catch {
        await this.#rig.done(this.#producer.stop())
        await this.#rig.rig.clock.advance(1000)
        this.#producer = this.#newProducer()
      }
    }
    throw new Error('no producer can begin')
  }

  #newProducer(): Producer {
    const deliveryTimeoutMs = [800, 3000, 10_000][this.#below(3)]!
    const options = { transactionTimeoutMs, deliveryTimeoutMs, ackTimeoutMs: 100 }
    return new Producer(this.#rig.client, { transactionalId: 'copier', ...options })
  }

  #mishap(): void {
    const { kafka } = this.#rig
    if (this.#random() < 0.2) kafka.partition('orders', this.#below(partitions)).moveLeader()
    if (this.#random() < 0.1) kafka.moveTransactionCoordinator('copier')
    while (this.#random() < 0.6) {
      const api = apis[this.#below(apis.length)]!
      const set = { times: 1 + this.#below(4) }
      kafka.faults.on(Apis[api], faultOf(this.#plan(api === 'Produce'), 'orders'), set)
    }
  }

  #plan(isProduce: boolean): FaultPlan {
    const pick = <T>(from: readonly T[]): T => from[this.#below(from.length)]!
    const ms = pick([50, 700, 3000, 9000, 25_000])
    const plans: readonly FaultPlan[] = [
      { kind: 'drop answer' },
      { kind: 'close before' },
      { kind: 'close after' },
      { kind: 'delay answer', ms },
      { kind: 'delay request', ms },
      { kind: 'delay request', ms },
      { kind: 'answer', error: isProduce ? 'NOT_LEADER_OR_FOLLOWER' : pick(passing) },
      { kind: 'answer', error: isProduce ? 'MESSAGE_TOO_LARGE' : pick(refusals) },
      { kind: 'answer afterwards', error: isProduce ? 'REQUEST_TIMED_OUT' : pick(passing) },
    ]
    return pick(plans)
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

test(`in ${schedules} schedules of faults what is told to be committed is read once and in order, what is told to be aborted is not, and nothing hangs`, async () => {
  const sum = { committed: 0, aborted: 0, unknown: 0 }
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const play = await Play.start(seed)
    try {
      await play.run()
      play.check()
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error })
    }
    for (const { outcome } of play.told) sum[outcome]++
    await play.close()
  }
  console.log(JSON.stringify(sum))
  const all = schedules * (rounds + 2)
  for (const outcome of ['committed', 'aborted', 'unknown'] as const)
    assert.ok(schedules < 60 || sum[outcome] > all / 50, JSON.stringify(sum))
})

test.run()
