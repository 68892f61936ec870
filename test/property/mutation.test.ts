import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom } from '../../src/kernel'
import { goldenFrames, type GoldenFrame } from '../golden/golden-frame'
import { below, mutate, type Mutation } from './mutation'
import { explainAll, readAll, type Outcome } from './read-all'

/** How many; a long run is `RX_KAFKA_MUTATIONS=1000000 RX_KAFKA_SEED=2 node dist/test/property/mutation.test.js`. */
const mutations = Number(process.env['RX_KAFKA_MUTATIONS'] ?? 30_000)
const seed = Number(process.env['RX_KAFKA_SEED'] ?? 1)

/** More than any definition allows: see smallest-element.test.ts. */
const valuesPerByte = 8
const allocatedPerByte = 1024
/** What the engine does beside. */
const allocatedBeside = 4 * 1024 * 1024
/** Of processor time, so that a busy machine does not count. */
const slowMs = 1000

Error.stackTraceLimit = 8

test.before(() => {
  // Decoders and codecs, one of them in WebAssembly with memory of its own, are made on first use.
  for (const frame of goldenFrames) readAll(frame, frame.bytes)
})

test(`${mutations} damaged frames give a value or a typed error, soon and within bounds`, () => {
  const seen = { read: 0, refused: 0, records: 0, valuesPerByte: 0, allocated: 0, slowestMs: 0 }
  for (let index = 0; index < mutations; index++) {
    const random = seededRandom(seed * 1_000_003 + index)
    const frame = goldenFrames[below(random, goldenFrames.length)]!
    const mutation = mutate(frame.bytes, random)
    const started = process.cpuUsage()
    const outcome = attempt(index, frame, mutation)
    const { user, system } = process.cpuUsage(started)
    const ms = (user + system) / 1000
    const length = Math.max(mutation.bytes.length, 16)
    check(index, frame, mutation, outcome.values <= valuesPerByte * length, `${outcome.values} values`)
    const bound = allocatedPerByte * length + allocatedBeside
    check(index, frame, mutation, outcome.allocated <= bound, `${outcome.allocated} bytes allocated`)
    check(index, frame, mutation, ms <= slowMs, `${ms} ms`)
    seen[outcome.refusal ? 'refused' : 'read']++
    seen.records += outcome.records
    seen.valuesPerByte = Math.max(seen.valuesPerByte, outcome.values / length)
    seen.allocated = Math.max(seen.allocated, outcome.allocated)
    seen.slowestMs = Math.max(seen.slowestMs, ms)
  }
  console.log(JSON.stringify(seen))
  assert.ok(seen.read > mutations / 20 && seen.refused > mutations / 20, 'both outcomes are common')
})

test('explain refuses the damaged frames that decode refuses, in the same words, and misses no byte of the others', () => {
  for (let index = 0; index < Math.min(mutations, 5_000); index++) {
    const random = seededRandom(seed * 1_000_003 - index)
    const frame = goldenFrames[below(random, goldenFrames.length)]!
    const mutation = mutate(frame.bytes, random)
    const { refusal } = attempt(index, frame, mutation)
    const { failure, explained } = explainAll(frame, mutation.bytes)
    check(index, frame, mutation, refusal?.message === failure?.message, String(failure))
    const isWhole = explained === mutation.bytes.length
    check(index, frame, mutation, failure !== undefined || isWhole, `${explained} bytes explained`)
  }
})

function attempt(index: number, frame: GoldenFrame, mutation: Mutation): Outcome {
  try {
    return readAll(frame, mutation.bytes)
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    check(index, frame, mutation, false, text)
    throw error
  }
}

function check(index: number, frame: GoldenFrame, mutation: Mutation, holds: boolean, what: string): void {
  if (holds) return
  const { line, side, api, version } = frame
  assert.unreachable(
    `seed ${seed} case ${index}: frames.jsonl:${line} ${api.name} v${version} ${side}, ${mutation.told}: ${what}`,
  )
}

test.run()
