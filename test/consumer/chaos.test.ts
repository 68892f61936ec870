import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeSchedule, shrink } from '../support/chaos'
import { drawReading, playReading, type PlayedReading, type ReadingSchedule } from '../support/reading-chaos'

/** How many, and the seed of the first; `npm run test:chaos -- --schedules 20000 --seed 1` runs more. */
const schedules = Number(process.env['CHAOS_SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['CHAOS_SEED'] ?? 1)
/** Fewer schedules need not contain everything. */
const enough = 200

async function failing(schedule: ReadingSchedule): Promise<string | undefined> {
  try {
    await playReading(schedule)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function played(seed: number): Promise<PlayedReading> {
  const schedule = drawReading(seed)
  try {
    return await playReading(schedule)
  } catch (error) {
    const smallest = await shrink(schedule, failing)
    const what = (await failing(smallest)) ?? String(error)
    const replay = `npm run test:chaos -- --schedules 1 --seed ${seed}`
    const size = `${smallest.events.length} of ${schedule.events.length} events`
    throw new Error(`${what}\n${replay}\n${size}\n${describeSchedule(smallest)}`, { cause: error })
  }
}

function add(sum: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [key, count] of more) sum.set(key, (sum.get(key) ?? 0) + count)
}

test(`in ${schedules} schedules of faults what is in the log is given once and in order, and no more than what is done is committed`, async () => {
  const struck = new Map<string, number>()
  const told = new Map<string, number>()
  const sum = { given: 0, repeated: 0 }
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const one = await played(seed)
    add(struck, one.struck)
    add(told, one.told)
    sum.given += one.given
    sum.repeated += one.repeated
    if (seed % 1000 === 0) console.log(`${seed}: ${JSON.stringify(sum)}`)
  }
  console.log(JSON.stringify({ ...sum, told: Object.fromEntries(told) }))
  if (schedules < enough) return
  // Otherwise the schedules would prove nothing.
  const idle = [...struck].filter(([, hits]) => hits === 0).map(([name]) => name)
  assert.is(idle.length, 0, `faults that never struck: ${idle.join(', ')}`)
  for (const type of ['retry', 'offset-reset', 'committed', 'stale-ack'])
    assert.ok((told.get(type) ?? 0) > 0, `${type} was never told`)
})

test('a schedule plays the same again, and is drawn the same again', async () => {
  for (const seed of [3, 4, 5]) {
    const [one, other] = [await playReading(drawReading(seed)), await playReading(drawReading(seed))]
    assert.equal(one, other)
  }
})

test.run()
