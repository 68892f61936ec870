import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerError, type KafkaError } from '../../src/kernel'
import { FaultSchedule, type Fate } from './fault-schedule'

const schedules = Number(process.env['SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['SEED'] ?? 1)
const steps = 40

/** Runs every schedule; a failure names its seed, which replays it. */
async function each(check: (schedule: FaultSchedule) => Promise<void> | void): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const schedule = await FaultSchedule.start(seed)
    try {
      await schedule.play(steps)
      await schedule.heal()
      await check(schedule)
    } catch (error) {
      throw new Error(`SEED=${seed} SCHEDULES=1: ${String(error)}`, { cause: error })
    }
  }
}

/** Whether the error says that the messages are surely not in the log. */
function saysNotWritten(error: KafkaError): boolean {
  return error instanceof BrokerError || ('maybeSent' in error && error.maybeSent === false)
}

function checkFate({ rig }: FaultSchedule, { value, partition, response }: Fate): void {
  const log = rig.written.filter(batch => batch.partition === partition).flatMap(batch => batch.values)
  const times = log.filter(written => written === value).length
  const said = response.error?.message ?? `offset ${response.offset}`
  assert.ok(times <= 1, `${value} was written ${times} times, and the client said: ${said}`)
  if (response.error === null)
    assert.is(log.indexOf(value), Number(response.offset), `${value} is not at ${said}`)
  else if (saysNotWritten(response.error))
    assert.is(times, 0, `${value} was written, and the client said: ${said}`)
}

/** Of the payloads of one call for one partition, what was written stands in their order. */
function checkOrder(fates: readonly Fate[]): void {
  const last = new Map<string, bigint>()
  for (const { value, partition, response } of fates) {
    if (response.error) continue
    const line = `${value.split('.')[0]} ${partition}`
    assert.ok(response.offset > (last.get(line) ?? -1n), `${value} overtook one before it`)
    last.set(line, response.offset)
  }
}

test('whatever breaks, every call ends, nothing is written twice, and nothing is written that is said not to be', async () => {
  const seen = { written: 0, notWritten: 0, unknown: 0 }
  await each(async schedule => {
    const { begun, ended, fates, rig, client } = schedule
    assert.is(ended.length, begun, `${begun - ended.length} of ${begun} calls never ended`)
    assert.equal(
      ended.filter(how => how.endsWith('defect')),
      [],
    )
    checkOrder(fates)
    for (const fate of fates) {
      checkFate(schedule, fate)
      if (fate.response.error === null) seen.written++
      else if (saysNotWritten(fate.response.error)) seen.notWritten++
      else seen.unknown++
    }
    const payload = { topic: 'orders', partition: 0, messages: ['well again'] }
    await rig.result(client.sendProduceRequest([payload], { failOnError: false }))
    await rig.result(client.stop())
    await rig.clock.advance(2000)
    assert.is(rig.clock.pending, 0, 'timers are left')
    assert.is(rig.told('connected').length, rig.told('disconnected').length, 'connections are left')
  })
  const least = Math.min(seen.written / 10, seen.notWritten, seen.unknown)
  assert.ok(schedules < 50 || least > schedules / 4, `the schedules show little: ${JSON.stringify(seen)}`)
})

test.run()
