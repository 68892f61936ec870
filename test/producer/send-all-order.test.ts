import { test } from 'uvu'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { from, type Observable } from 'rxjs'
import { BrokerError, BufferFullError, FailedMessagesError, VirtualClock, type Bytes } from '../../src/kernel'
import { Delivery, fail, settle } from '../../src/deferred'
import type { PassingMessage, Receipt, SendAllOptions } from '../../src/producer'
import { sendAllOf } from '../../src/producer/send-all'

/** What becomes of one message. */
const fates = ['delivered', 'failed', 'refused', 'no room at first'] as const
type Fate = (typeof fates)[number]

interface Scenario {
  readonly messages: readonly Fate[]
  /** Which of those under way lands next. */
  readonly landings: readonly number[]
  readonly maxInFlight: number
  readonly onError: 'delay' | 'stop' | 'emit'
  readonly source: 'iterable' | 'async' | 'pipe'
  readonly turns: readonly boolean[]
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  messages: fc.array(fc.constantFrom(...fates), { maxLength: 30 }),
  landings: fc.array(fc.nat(100), { minLength: 30, maxLength: 30 }),
  maxInFlight: fc.integer({ min: 1, max: 8 }),
  onError: fc.constantFrom('delay', 'stop', 'emit'),
  source: fc.constantFrom('iterable', 'async', 'pipe'),
  turns: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
})

const failure = new BrokerError({ name: 'X', code: 1, remedy: 'give-up', meaning: 'm' }, 'here')

/** A producer whose deliveries end when a scenario says so. */
class ScriptedProducer {
  readonly clock = new VirtualClock()
  readonly underWay: { readonly index: number; readonly delivery: Delivery<Receipt> }[] = []
  mostUnderWay = 0
  readonly #fates: readonly Fate[]
  readonly #hadNoRoom = new Set<number>()
  #whenRoom: (() => void)[] = []

  constructor(messages: readonly Fate[]) {
    this.#fates = messages
  }

  get hasRoom(): boolean {
    return this.#whenRoom.length === 0
  }

  readonly context = {
    take: (message: PassingMessage) => this.#take(message.passThrough as number),
    memory: { hasRoom: false, whenRoom: (tell: () => void) => void this.#whenRoom.push(tell) },
    hurry: () => undefined,
    emit: () => undefined,
    clock: this.clock,
  }

  giveRoom(): void {
    const tell = this.#whenRoom
    this.#whenRoom = []
    for (const one of tell) one()
  }

  land(choice: number): void {
    const [landed] = this.underWay.splice(choice % this.underWay.length, 1)
    if (!landed) return
    const { index, delivery } = landed
    if (this.#fates[index] === 'failed') delivery[fail](failure)
    else delivery[settle]({ topic: 'orders', partition: 0, offset: BigInt(index), timestamp: -1n })
  }

  #take(index: number): Delivery<Receipt> {
    const fate = this.#fates[index]
    if (fate === 'refused') throw failure
    if (fate === 'no room at first' && !this.#hadNoRoom.has(index)) {
      this.#hadNoRoom.add(index)
      throw new BufferFullError('full')
    }
    const delivery = new Delivery<Receipt>({ withdraw: () => false })
    this.underWay.push({ index, delivery })
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay.length)
    return delivery
  }
}

function resultsOf(scenario: Scenario, producer: ScriptedProducer): Observable<unknown> {
  const { maxInFlight, onError, source, messages } = scenario
  const options: SendAllOptions = { onError, ...(source !== 'pipe' && { maxInFlight }) }
  const sendAll = sendAllOf<Bytes | null>(producer.context)
  const all = messages.map((_, index) => ({ topic: 'orders', value: '', passThrough: index }))
  async function* slowly() {
    for (const message of all) {
      await Promise.resolve()
      yield message
    }
  }
  if (source !== 'pipe') return sendAll(source === 'async' ? slowly() : all, options as { onError: 'emit' })
  return from(all).pipe(sendAll(options as { onError: 'emit' }))
}

async function play(scenario: Scenario) {
  const producer = new ScriptedProducer(scenario.messages)
  const told: { passThrough: number; error?: unknown }[] = []
  let end: unknown
  resultsOf(scenario, producer).subscribe({
    next: result => told.push(result as { passThrough: number }),
    error: (error: unknown) => (end = error),
    complete: () => (end = 'complete'),
  })
  for (let step = 0; end === undefined && step < 300; step++) {
    if (scenario.turns[step % 30]) await producer.clock.advance(1)
    else await Promise.resolve()
    if (!producer.hasRoom && scenario.landings[step % 30]! % 2 === 0) producer.giveRoom()
    else producer.land(scenario.landings[step % 30]!)
  }
  return { producer, told, end }
}

/** What is to be told: the indexes of the results, and how it ends. */
function expected({ messages, onError, source }: Scenario): { told: number[]; end: string } {
  const told: number[] = []
  let failed = 0
  for (const [index, fate] of messages.entries()) {
    if (fate === 'no room at first' && source === 'pipe') return { told, end: 'BufferFullError' }
    const isFailure = fate === 'failed' || fate === 'refused'
    if (isFailure && onError === 'stop') return { told, end: 'BrokerError' }
    if (isFailure) failed++
    if (!isFailure || onError === 'emit') told.push(index)
  }
  return { told, end: failed > 0 && onError === 'delay' ? 'FailedMessagesError' : 'complete' }
}

test('whatever lands when, results come in the order of the source, each once, and never too many are under way', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async scenario => {
      const { told, end, producer } = await play(scenario)
      const should = expected(scenario)
      assert.equal(
        told.map(({ passThrough }) => passThrough),
        should.told,
      )
      for (const { passThrough, error } of told) {
        const fate = scenario.messages[passThrough]
        assert.is(error, fate === 'failed' || fate === 'refused' ? failure : undefined)
      }
      assert.is(end instanceof Error ? end.name : end, should.end)
      if (end instanceof FailedMessagesError) assert.is(end.failed + end.delivered, scenario.messages.length)
      if (scenario.source !== 'pipe') assert.ok(producer.mostUnderWay <= scenario.maxInFlight)
    }),
    { numRuns: 500 },
  )
})

test.run()
