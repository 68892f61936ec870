import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DeliveryError, seededRandom, type Random } from '../../src/kernel'
import { Producer, type Receipt } from '../../src/producer'
import { ProduceCluster, type Fault, type ScriptedPartition } from '../support/produce'

/** Schedules in one run; set `SCHEDULES` for more, and `SEED` for the first one. */
const schedules = Number(process.env['SCHEDULES'] ?? 200)
const firstSeed = Number(process.env['SEED'] ?? 1)

const calls = 60
const healedAfterMs = 20_000

interface Sent {
  readonly values: readonly string[]
  readonly outcomes: (Receipt | DeliveryError)[]
}

/** Errors without the write, and errors in spite of it. Out of order (45) is answered only where it is true. */
const refusals = [6, 19, 29, 10, 47, 59]
const lies = [6, 7, 20, -1]

function anyFault(random: Random, act: () => void): Fault | undefined {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const faults: readonly (() => Fault | undefined)[] = [
    ...Array.from({ length: 12 }, () => () => undefined),
    () => ({ delayMs: Math.ceil(random() * 100) }),
    () => ({ delayMs: Math.ceil(random() * 9000) }),
    () => ({ isLost: true }),
    () => ({ isSwallowed: true }),
    () => ({ cut: 'before', delayMs: Math.floor(random() * 50) }),
    () => ({ cut: 'after', delayMs: Math.floor(random() * 50) }),
    () => ({ errorCode: pick(refusals) }),
    () => ({ errorAfter: pick(lies) }),
    () => ({ act }),
    () => ({ act, isSwallowed: true }),
    () => ({ act, delayMs: 200 }),
  ]
  return pick(faults)()
}

/** Sends amid faults, then without; answers what was sent and where it lies. */
async function play(seed: number) {
  const random = seededRandom(seed)
  const brokers = 2 + Math.floor(random() * 2)
  const cluster = await ProduceCluster.start({ brokers })
  const partitions = cluster.topic('orders', 3)
  const client = cluster.client({ requestTimeoutMs: 2000, random })
  const producer = new Producer(client, {
    ackTimeoutMs: 100,
    deliveryTimeoutMs: 1000 + Math.floor(random() * 20_000),
    bufferTime: random() < 0.5 ? 0 : 20,
    compression: random() < 0.5 ? 'none' : 'gzip',
  })
  const move = (): void => {
    const partition = partitions[Math.floor(random() * 3)]!
    cluster.move(partition, 1 + Math.floor(random() * brokers), Math.floor(random() * 300))
  }
  cluster.fault = () => anyFault(random, move)
  const sent: Sent[] = []
  for (let index = 0; index < calls; index++) {
    sent.push(sendOne(producer, index, random))
    await cluster.clock.advance(Math.floor(random() * (random() < 0.1 ? 1000 : 30)))
  }
  await cluster.clock.advance(Math.floor(healedAfterMs * random()))
  cluster.fault = () => undefined
  await cluster.settled(producer.flush())
  // By then a connection on which nothing is answered has been closed.
  await cluster.clock.advance(10_000)
  const after = sendOne(producer, calls, random)
  await cluster.settled(client.close())
  // What was read before a connection broke may still be written.
  await cluster.clock.advance(60_000)
  const [last] = after.outcomes
  if (last instanceof DeliveryError) assert.unreachable(`a healed partition goes on: ${last.message}`)
  assert.is(cluster.clock.pending, 0)
  return { sent: [...sent, after], partitions }
}

function sendOne(producer: Producer, index: number, random: Random): Sent {
  const values = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, part) => `${index}.${part}`)
  const outcomes: (Receipt | DeliveryError)[] = []
  producer.sendMessages('orders', `key ${Math.floor(random() * 5)}`, values).subscribe({
    next: receipt => outcomes.push(receipt),
    error: (error: DeliveryError) => outcomes.push(error),
  })
  return { values, outcomes }
}

function check(sent: readonly Sent[], partitions: readonly ScriptedPartition[]): void {
  const all = partitions.flatMap(({ log }) => log.values)
  assert.is(new Set(all).size, all.length, 'a message is in the log twice')
  const lastIn = partitions.map(() => -1)
  for (const { values, outcomes } of sent) {
    assert.is(outcomes.length, 1, `${values.join()} has ${outcomes.length} outcomes`)
    const [outcome] = outcomes
    if (outcome instanceof DeliveryError) {
      if (!outcome.maybeWritten)
        assert.not(all.includes(values[0]!), `${values.join()} was written: ${outcome.message}`)
    } else {
      const { partition, offset } = outcome!
      const at = partitions[partition]!.log.values.indexOf(values[0]!)
      const there = partitions[partition]!.log.values.slice(at, at + values.length)
      assert.equal(there, values, `${values.join()} was acknowledged and is not whole in the log`)
      assert.ok(
        offset === -1n || offset === BigInt(at),
        `${values.join()} was acknowledged at ${offset}, lies at ${at}`,
      )
      assert.ok(at > lastIn[partition]!, `${values.join()} lies before what was acknowledged before it`)
      lastIn[partition] = at
    }
  }
}

test(`in ${schedules} random schedules of faults nothing acknowledged is lost, doubled or out of order`, async () => {
  let delivered = 0
  let unknown = 0
  let unwritten = 0
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    try {
      const { sent, partitions } = await play(seed)
      check(sent, partitions)
      for (const [outcome] of sent.map(({ outcomes }) => outcomes)) {
        if (!(outcome instanceof DeliveryError)) delivered++
        else if (outcome.maybeWritten) unknown++
        else unwritten++
      }
    } catch (error) {
      throw new Error(`schedule of seed ${seed}: ${String(error)}`, { cause: error })
    }
  }
  // Otherwise the schedules would prove nothing.
  const total = schedules * (calls + 1)
  for (const part of [unknown, unwritten])
    assert.ok(part > total / 100, `${delivered} ${unknown} ${unwritten}`)
  assert.ok(delivered > total / 4, `${delivered} ${unknown} ${unwritten}`)
})

test.run()
