import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SequenceWalk, walkSteps, type WalkSetup, type WalkStep } from '../support/chaos'

/** How many; a long run is `WALKS=100000 SEED=2 node dist/test/producer/sequences-model.test.js`. */
const walks = Number(process.env['WALKS'] ?? 4000)
const seed = Number(process.env['SEED'] ?? 1)
const maxSteps = 120

type Step = readonly [WalkStep, number]

/** How often each happens: in calm weather, and in storms. */
const calm: Readonly<Record<WalkStep, number>> = {
  send: 6,
  leave: 12,
  process: 12,
  refuse: 2,
  lie: 1,
  answer: 10,
  close: 1,
  stumble: 1,
  late: 2,
  expire: 1,
  renew: 1,
  forget: 1,
  restore: 2,
  lose: 1,
  'other log': 1,
}
const weathers = [
  calm,
  { ...calm, process: 5, refuse: 6, stumble: 3, late: 2, expire: 0, forget: 0, lie: 0, renew: 0 },
  { ...calm, process: 5, refuse: 4, close: 6, late: 6, expire: 0, forget: 0 },
]

const setups: fc.Arbitrary<WalkSetup> = fc.record({
  isIdempotent: fc.oneof(
    { weight: 9, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  isStrict: fc.boolean(),
  epoch: fc.constantFrom(0, 32_766, 32_767),
  sequence: fc.constantFrom(0, 2 ** 31 - 10, 2 ** 31 - 2),
})

/** @param without steps that never happen */
function steps(...without: readonly WalkStep[]): fc.Arbitrary<Step[]> {
  const kinds = walkSteps.filter(step => !without.includes(step))
  const taken = weathers.map(weights => {
    const kind = fc.oneof(...kinds.map(step => ({ weight: weights[step], arbitrary: fc.constant(step) })))
    return fc.array(fc.tuple(kind, fc.nat(7)), { maxLength: maxSteps, size: 'max' })
  })
  return fc.oneof(...taken)
}

const seen = { steps: 0, delivered: 0, unknown: 0, unwritten: 0 }

function walk(setup: WalkSetup, taken: readonly Step[]): void {
  const walk = new SequenceWalk(setup)
  try {
    for (const [step, choice] of taken) walk.step(step, choice)
    walk.heal()
  } catch (error) {
    throw new Error(`${String(error)}\n${walk.told.join('\n')}`, { cause: error })
  }
  seen.steps += taken.length
  for (const outcome of walk.outcomes.values()) seen[outcome]++
}

const parameters = { seed, numRuns: walks, includeErrorInReport: true }

test('whatever the network and the broker do, what is acknowledged is in the log once and in order, and what is said to be unwritten is not', () => {
  fc.assert(fc.property(setups, steps('other log'), walk), parameters)
})

test('so it is when the topic is deleted and created again, but for the order across its two lives', () => {
  fc.assert(fc.property(setups, steps(), walk), { ...parameters, numRuns: walks / 4 })
})

test('all of that happens in these walks', () => {
  console.log(JSON.stringify(seen))
  const calls = seen.delivered + seen.unknown + seen.unwritten
  for (const outcome of ['delivered', 'unknown', 'unwritten'] as const)
    assert.ok(seen[outcome] > calls / 50, outcome)
})

test.run()
