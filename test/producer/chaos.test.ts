import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeSchedule, drawSchedule, play, shrink, type Played, type Schedule } from '../support/chaos'

/** How many, and the seed of the first; `npm run test:chaos -- --schedules 20000 --seed 1` runs more. */
const schedules = Number(process.env['CHAOS_SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['CHAOS_SEED'] ?? 1)
/** Fewer schedules need not contain everything. */
const enough = 200

async function failing(schedule: Schedule): Promise<string | undefined> {
  try {
    await play(schedule)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function played(seed: number): Promise<Played> {
  const schedule = drawSchedule(seed)
  try {
    return await play(schedule)
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

test(`in ${schedules} schedules of faults what is acknowledged is in the log once and in order, and what is said to be unwritten is not`, async () => {
  const struck = new Map<string, number>()
  const failures = new Map<string, number>()
  const sum = { calls: 0, delivered: 0, unknown: 0, unwritten: 0 }
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const one = await played(seed)
    add(struck, one.struck)
    add(failures, one.failures)
    for (const key of ['calls', 'delivered', 'unknown', 'unwritten'] as const) sum[key] += one.account[key]
    if (seed % 1000 === 0) console.log(`${seed}: ${JSON.stringify(sum)}`)
  }
  console.log(JSON.stringify({ ...sum, failures: Object.fromEntries(failures) }))
  if (schedules < enough) return
  // Otherwise the schedules would prove nothing.
  const idle = [...struck].filter(([, hits]) => hits === 0).map(([name]) => name)
  assert.ok(idle.length < struck.size / 10, `faults that never struck: ${idle.join(', ')}`)
  for (const key of ['unknown', 'unwritten'] as const)
    assert.ok(sum[key] > sum.calls / 100, JSON.stringify(sum))
  assert.ok(sum.delivered > sum.calls / 2, JSON.stringify(sum))
})

test('a schedule plays the same again, and is drawn the same again', async () => {
  for (const seed of [3, 4, 5]) {
    const [one, other] = [await play(drawSchedule(seed)), await play(drawSchedule(seed))]
    assert.equal(one, other)
  }
})

test.run()
