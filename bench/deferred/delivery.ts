/**
 * What one delivery costs: made, listened to, settled; 1000 in flight, as a producer has them.
 * Run: node --expose-gc --max-semi-space-size=64 dist/bench/deferred/delivery.js
 */
import { Observable, type Subscriber } from 'rxjs'
import { Delivery, settle } from '../../src/deferred'

interface Result {
  readonly partition: number
  readonly offset: bigint
}

interface Workload {
  readonly name: string
  /** Makes one delivery, listens, and answers how to settle it. */
  readonly round: (inFlight: number) => unknown
}

const result: Result = { partition: 3, offset: 42n }
const owner = { withdraw: () => false }
let heard = 0
const count = (): void => {
  heard++
}
const observer = { next: count, error: count }

const deliveries: Delivery<Result>[] = []
const subscribers: Subscriber<Result>[] = []

function settleAll(): void {
  for (const delivery of deliveries) delivery[settle](result)
  deliveries.length = 0
}

const workloads: readonly Workload[] = [
  {
    name: 'new Observable, subscribe(observer)',
    round: inFlight => {
      for (let i = 0; i < inFlight; i++)
        new Observable<Result>(subscriber => void subscribers.push(subscriber)).subscribe(observer)
      for (const subscriber of subscribers) {
        subscriber.next(result)
        subscriber.complete()
      }
      subscribers.length = 0
    },
  },
  {
    name: 'new Promise, await',
    round: inFlight => {
      const resolvers: ((result: Result) => void)[] = []
      const all: Promise<void>[] = []
      for (let i = 0; i < inFlight; i++) all.push(awaited(new Promise(resolve => resolvers.push(resolve))))
      for (const resolve of resolvers) resolve(result)
      return Promise.all(all)
    },
  },
  {
    name: 'Delivery, no listener',
    round: inFlight => {
      for (let i = 0; i < inFlight; i++) deliveries.push(new Delivery<Result>(owner))
      settleAll()
    },
  },
  {
    name: 'Delivery, subscribe(observer)',
    round: inFlight => {
      for (let i = 0; i < inFlight; i++) {
        const delivery = new Delivery<Result>(owner)
        deliveries.push(delivery)
        delivery.subscribe(observer)
      }
      settleAll()
    },
  },
  {
    name: 'Delivery, await',
    round: inFlight => {
      const all: Promise<void>[] = []
      for (let i = 0; i < inFlight; i++) {
        const delivery = new Delivery<Result>(owner)
        deliveries.push(delivery)
        all.push(awaited(delivery))
      }
      settleAll()
      return Promise.all(all)
    },
  },
]

async function awaited(delivery: PromiseLike<Result>): Promise<void> {
  await delivery
  heard++
}

const inFlight = 1000
const rounds = 200

async function measure({ name, round }: Workload): Promise<string> {
  const nanoseconds: number[] = []
  const bytes: number[] = []
  for (let sample = 0; sample < 15; sample++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < rounds; i++) await round(inFlight)
    nanoseconds.push(Number(process.hrtime.bigint() - start) / (rounds * inFlight))
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await round(inFlight)
    bytes.push((process.memoryUsage().heapUsed - before) / inFlight)
  }
  return `${name.padEnd(40)} ${summary(nanoseconds)} ns   ${summary(bytes)} bytes`
}

/** Smallest, middle and largest, without the samples taken while the code was still being compiled. */
function summary(samples: readonly number[]): string {
  const sorted = samples.slice(3).sort((a, b) => a - b)
  return [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!]
    .map(n => n.toFixed(0).padStart(5))
    .join(' ')
}

async function main(): Promise<void> {
  console.log(`${'min, median, max per delivery'.padEnd(40)} node ${process.version}`)
  for (const workload of workloads) console.log(await measure(workload))
  console.log(`${heard} outcomes heard`)
}

void main()
