/**
 * What `sendAll` adds to a message: handed over, settled in batches of 1,000, told in order; 10,000 in flight. The
 * producer is a stand-in, so that only what comes on top of it is measured.
 * Run: npm run bench -- send-all
 */
import { from, lastValueFrom, mergeMap, type Observable } from 'rxjs'
import { systemClock, type Bytes } from '../../src/kernel'
import { Delivery, settle } from '../../src/deferred'
import type { PassingMessage, Receipt } from '../../src/producer'
import { sendAllOf } from '../../src/producer/send-all'

const messages = 1_000_000
/** For what takes minutes otherwise. */
const fewMessages = 30_000
const maxInFlight = 10_000
const perBatch = 1000
const rounds = 5

const owner = { withdraw: () => false }
const receipt: Receipt = { topic: 'orders', partition: 0, offset: 7n, timestamp: -1n }
const message: PassingMessage = { topic: 'orders', value: 'a', passThrough: 7 }

let underWay: Delivery<Receipt>[] = []

function take(): Delivery<Receipt> {
  const delivery = new Delivery<Receipt>(owner)
  underWay.push(delivery)
  return delivery
}

/** Settles all that is under way, in batches, until nothing more comes. */
function settleAll(): void {
  while (underWay.length > 0) {
    const batch = underWay.splice(0, perBatch)
    for (const delivery of batch) delivery[settle](receipt)
  }
}

function* source(count = messages): Generator<PassingMessage> {
  for (let index = 0; index < count; index++) yield message
}

const context = {
  take,
  memory: { hasRoom: true, whenRoom: (tell: () => void): void => tell() },
  hurry: () => undefined,
  emit: () => undefined,
  clock: systemClock,
}
const sendAll = sendAllOf<Bytes | null>(context)

const workloads: readonly (readonly [name: string, run: () => unknown, messages?: number])[] = [
  ['deliveries alone, nobody listens', () => byHand(() => undefined)],
  ['each with subscribe(observer)', () => byHand(delivery => delivery.subscribe({ next, error }))],
  ['sendAll(iterable)', () => streamed(sendAll(source(), { maxInFlight }))],
  ['pipe(sendAll())', () => pipedInBursts()],
  [
    'from(iterable).pipe(mergeMap(send, 10,000))',
    () => streamed(from(source(fewMessages)).pipe(mergeMap(take, maxInFlight))),
    fewMessages,
  ],
]

let told = 0
const next = (): void => void told++
const error = (failure: unknown): never => {
  throw failure
}

function byHand(listen: (delivery: Delivery<Receipt>) => unknown): void {
  let inFlight = 0
  for (const one of source()) {
    if (one.passThrough === 7) listen(take())
    if (++inFlight < maxInFlight) continue
    inFlight = 0
    settleAll()
  }
  settleAll()
}

async function streamed(results: Observable<unknown>): Promise<void> {
  let isOver = false
  results.subscribe({ next, error, complete: () => (isOver = true) })
  while (!isOver) {
    settleAll()
    await new Promise<void>(resolve => setImmediate(resolve))
  }
}

/** An Observable cannot be held back: it gives as many as there is room for, and then the batches land. */
async function pipedInBursts(): Promise<void> {
  for (let round = 0; round < messages / maxInFlight; round++) {
    const burst = Array.from({ length: maxInFlight }, () => message)
    const done = lastValueFrom(from(burst).pipe(sendAll({ maxInFlight })))
    settleAll()
    await done
  }
}

async function main(): Promise<void> {
  for (const [name, run, count = messages] of workloads) {
    let best = Infinity
    for (let round = 0; round < rounds; round++) {
      const started = performance.now()
      await run()
      best = Math.min(best, performance.now() - started)
    }
    underWay = []
    console.log(`${name.padEnd(46)} ${((best * 1e6) / count).toFixed(0).padStart(7)} ns a message`)
  }
}

void main()
