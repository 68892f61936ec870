/**
 * What it costs to compress on other threads, and what it saves the event loop: `Producer.send` to an embedded broker in
 * a process of its own, in turn with batches compressed at once and on other threads. `flood` keeps 10 MB on their way,
 * `paced` sends 20 MB a second.
 * Run: npm run bench -- sealing [seconds] [rounds] [gzip | zstd]
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { KafkaClient, Producer, type CompressionType } from '../../src'
import { seededRandom, systemClock } from '../../src/kernel'
import { BrokerProcess } from '../broker/broker-process'

const [seconds = 2, rounds = 5] = process.argv.slice(2, 4).map(Number)
const codec = process.argv[4]
const warmUpMs = 500
const partitions = 2
const floodBytes = 10_000_000
const pacedBytesPerMs = 20_000

interface Load {
  readonly pace: 'flood' | 'paced'
  readonly compression: CompressionType
  readonly bytes: number
}

interface Outcome {
  readonly cpuUs: number
  /** Of it, what the thread of the event loop used; NaN on a Node that does not tell. */
  readonly loopUs: number
  readonly perSecond: number
  readonly perBatch: number
  readonly delayP99: number
  readonly delayMax: number
}

/** Node 23.9 and later. */
const { threadCpuUsage } = process as unknown as { threadCpuUsage?: typeof process.cpuUsage }

/** JSON, which shrinks to about a third. */
function valuesOf(bytes: number): Buffer[] {
  const random = seededRandom(bytes)
  const below = (limit: number): number => Math.floor(random() * limit)
  return Array.from({ length: 1024 }, () => {
    let text = ''
    while (text.length < bytes)
      text += `{"id":${below(1e9)},"user":"user-${below(1e5)}","state":"open","amount":${below(1e4) / 100}}`
    return Buffer.from(text.slice(0, bytes))
  })
}

/** Sends until it is told that it is over, and counts what was acknowledged. */
class Sending {
  acknowledged = 0
  isOver = false
  #sent = 0
  readonly #producer: Producer
  readonly #load: Load
  readonly #values: Buffer[]

  constructor(producer: Producer, load: Load) {
    this.#producer = producer
    this.#load = load
    this.#values = valuesOf(load.bytes)
  }

  async run(): Promise<void> {
    const { pace, bytes } = this.#load
    const since = performance.now()
    while (!this.isOver) {
      const due = pace === 'paced' ? ((performance.now() - since) * pacedBytesPerMs) / bytes : Infinity
      // A little a turn, so that what delays the loop is not the sending itself.
      const room = Math.min(due, this.acknowledged + floodBytes / bytes)
      const most = Math.min(room, this.#sent + 50_000 / bytes)
      while (this.#sent < most) this.#send()
      await (this.#sent < room ? turn() : wait(1))
    }
  }

  #send(): void {
    const partition = Math.floor(this.#sent / 100) % partitions
    const value = this.#values[this.#sent++ % this.#values.length]!
    this.#producer.send({ topic: 'bench', partition, value }).subscribe({
      next: () => this.acknowledged++,
      error: (error: unknown) => {
        throw error
      },
    })
  }
}

async function measure(bootstrap: string, load: Load, isThreaded: boolean): Promise<Outcome> {
  // Only where time is the real one other threads compress.
  const client = new KafkaClient(bootstrap, { clock: isThreaded ? systemClock : { ...systemClock } })
  const bufferTime = load.pace === 'paced' ? 20 : 0
  const producer = new Producer(client, { compression: load.compression, bufferTime })
  let batches = 0
  producer.batches$.subscribe({ next: () => batches++ })
  const sending = new Sending(producer, load)
  const running = sending.run()
  await wait(warmUpMs)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const [cpu, loop] = [process.cpuUsage(), threadCpuUsage?.()]
  const [began, before] = [performance.now(), sending.acknowledged]
  batches = 0
  await wait(seconds * 1000)
  const [cpuUsed, loopUsed] = [process.cpuUsage(cpu), threadCpuUsage?.(loop)]
  const messages = sending.acknowledged - before
  const perBatch = messages / batches
  delay.disable()
  sending.isOver = true
  await running
  const perSecond = (messages * 1000) / (performance.now() - began)
  await client.close()
  return {
    cpuUs: (cpuUsed.user + cpuUsed.system) / messages,
    loopUs: loopUsed ? (loopUsed.user + loopUsed.system) / messages : NaN,
    perSecond,
    perBatch,
    delayP99: delay.percentile(99) / 1e6,
    delayMax: delay.max / 1e6,
  }
}

const middle = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

function line(name: string, outcomes: readonly Outcome[]): string {
  const cell = (of: (outcome: Outcome) => number, digits: number): string =>
    middle(outcomes.map(of)).toFixed(digits).padStart(9)
  return [
    name.padEnd(34),
    cell(({ cpuUs }) => cpuUs, 2),
    cell(({ loopUs }) => loopUs, 2),
    cell(({ perSecond }) => perSecond / 1000, 0),
    cell(({ perBatch }) => perBatch, 0),
    cell(({ delayP99 }) => delayP99, 2),
    cell(({ delayMax }) => delayMax, 1),
  ].join('')
}

async function main(): Promise<void> {
  console.log(`${'median'.padEnd(34)} CPU µs/m of loop k mess./s per batch loop p99   max ms`)
  for (const pace of ['flood', 'paced'] as const)
    for (const compression of (['gzip', 'zstd'] as const).filter(type => type === (codec ?? type)))
      for (const bytes of [100, 1024]) await compare({ pace, compression, bytes })
}

async function compare(load: Load): Promise<void> {
  const outcomes: [Outcome[], Outcome[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (const which of [0, 1]) {
      const broker = await BrokerProcess.start()
      outcomes[which]!.push(await measure(broker.bootstrap, load, which === 1))
      broker.stop()
    }
  }
  const name = `${load.pace}, ${load.compression}, ${load.bytes} B`
  console.log(line(`${name}, at once`, outcomes[0]))
  console.log(line(`${name}, threads`, outcomes[1]))
}

void main()
