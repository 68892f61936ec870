import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { TransactionSettings } from '../../../src/broker/transactions'
import { defaultTransactionRules, defaultTransactionSettings } from '../../../src/broker/transactions'

type Transaction = Parameters<typeof defaultTransactionRules>[0]
type TransactionEvent = Parameters<typeof defaultTransactionRules>[1]

const runs = Number(process.env['RX_KAFKA_RUNS'] ?? 300)
const partitions = [0, 1, 2].map(partition => ({ topic: 'orders', partition }))
const settings: TransactionSettings = { ...defaultTransactionSettings, expirationMs: 50 }
const dead: Transaction = {
  transactionalId: 'billing',
  state: 'Dead',
  producerId: -1n,
  producerEpoch: -1,
  previousProducerId: -1n,
  nextProducerId: -1n,
  lastProducerEpoch: -1,
  timeoutMs: 0,
  partitions: [],
  startedAt: -1,
  updatedAt: 0,
}

/** What happens, by a producer that is so many epochs behind the present one. */
const step = fc.record({
  type: fc.constantFrom(
    'init',
    'bump',
    'add',
    'verify',
    'end',
    'end',
    'marked',
    'timeout',
    'expiry',
    'exhaust',
  ),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  isCommit: fc.boolean(),
  bumpsEpoch: fc.boolean(),
  partition: fc.nat(2),
  passes: fc.constantFrom(0, 1, 10, 60),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** One transactional id, whose every turn is looked at. */
class Walk {
  state = dead
  #now = 0
  #nextId = 1n
  /** Ends that were decided, and not written yet. */
  #open = 0

  take(taken: Step): void {
    this.#now += taken.passes
    // As if it had been used that often.
    if (taken.type === 'exhaust') {
      if (this.state.state === 'Empty') this.state = { ...this.state, producerEpoch: 32_765 }
      return
    }
    const event = this.#eventOf(taken)
    const before = this.state
    const { state, answer, effects } = defaultTransactionRules(before, event, this.#now, settings)
    this.state = state
    if (state.producerId === this.#nextId || state.nextProducerId === this.#nextId) this.#nextId++
    this.#checkEpochs(before)
    this.#open += effects.length
    const isEnding = state.state.startsWith('Prepare')
    if (!isEnding) this.#open = 0
    assert.is(this.#open, isEnding ? 1 : 0)
    if (['Empty', 'CompleteCommit', 'CompleteAbort'].includes(state.state)) assert.equal(state.partitions, [])
    if (answer.error !== 'NONE' && effects.length === 0) assert.is(state, before)
    for (const { result, producer } of effects) {
      assert.is(state.state, result === 'commit' ? 'PrepareCommit' : 'PrepareAbort')
      assert.equal(producer, { producerId: state.producerId, producerEpoch: state.producerEpoch })
      if (result === 'commit') assert.is(before.state, 'Ongoing')
    }
  }

  #eventOf({ type, behind, isCommit, bumpsEpoch, partition }: Step): TransactionEvent {
    const { producerId, producerEpoch } = this.state
    const producer = { producerId, producerEpoch: producerEpoch - behind }
    const newProducerId = this.#nextId
    switch (type) {
      case 'init':
        return { type, timeoutMs: 20, expected: undefined, newProducerId }
      case 'bump':
        return { type: 'init', timeoutMs: 20, expected: producer, newProducerId }
      case 'add':
        return { type, ...producer, partitions: [partitions[partition]!] }
      case 'verify':
        return { type, ...producer, partition: partitions[partition]! }
      case 'end':
        return { type, ...producer, result: isCommit ? 'commit' : 'abort', bumpsEpoch, newProducerId }
      case 'timeout':
        return { type, newProducerId }
      default:
        return { type: type === 'marked' ? 'marked' : 'expiry' }
    }
  }

  /** Nobody gets an epoch that somebody may have had before. */
  #checkEpochs({ producerId, producerEpoch }: Transaction): void {
    const { state } = this
    if (state.state === 'Dead') return
    if (state.producerId === producerId) assert.ok(state.producerEpoch >= producerEpoch)
    else assert.is(state.producerEpoch, 0)
    assert.ok(state.producerEpoch <= 32_767)
    if (!state.state.startsWith('Prepare')) assert.ok(state.producerEpoch <= 32_766)
  }
}

test('whatever happens in whatever order: epochs only grow, ends are written once, and refusals change nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const walk = new Walk()
      for (const one of steps) walk.take(one)
    }),
    { seed: 3, numRuns: runs },
  )
})

test.run()
