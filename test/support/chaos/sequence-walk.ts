import * as assert from 'uvu/assert'
import { nextToLeave, noSequences, reduceSequences } from '../../../src/producer/sequences'
import type { SequenceEffect, SequenceEvent, Sequences } from '../../../src/producer/sequences-state'
import type { Verdict } from '../../../src/producer/verdict'
import { ModelLog } from './producer-states'

/** What is sent: the calls of one batch, by number. */
interface Parcel {
  readonly calls: readonly number[]
}

interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** A request under way. */
interface Flight {
  readonly parcel: Parcel
  readonly identity: Identity | undefined
  readonly sequence: number
  /** What the broker answers, once it has looked at it. */
  answer?: { readonly verdict: Verdict | undefined; readonly maybeWritten: boolean }
}

export interface WalkSetup {
  readonly isIdempotent: boolean
  /** The broker wants sequence 0 of whom it does not know. */
  readonly isStrict: boolean
  readonly epoch: number
  /** The first sequence; the broker knows those before it. */
  readonly sequence: number
}

/** What may happen, with a number that says more of it. Nothing happens where it cannot. */
export const walkSteps = [
  'send',
  'leave',
  'process',
  'refuse',
  'lie',
  'answer',
  'close',
  'stumble',
  'late',
  'expire',
  'renew',
  'forget',
  'restore',
  'lose',
  'other log',
] as const
export type WalkStep = (typeof walkSteps)[number]

const refusals: readonly Verdict[] = ['retry', 'split', 'stranger', 'fail']
const lastEpoch = 32_767
const maxFlying = 5
const roundsToHeal = 500
const firstNextId = 2n

/** One partition of a producer, one broker, and a network that is not to be trusted. */
export class SequenceWalk {
  /** What happened, in words. */
  readonly told: string[] = []
  #state: Sequences<Parcel> = noSequences()
  #queue: Parcel[] = []
  #identity: Identity | undefined
  #nextId = firstNextId
  #calls = 0
  /** Unanswered requests of the connection, in order. */
  #connection: Flight[] = []
  /** Of connections that broke: what the broker has read and not looked at yet, a row for each. */
  #late: Flight[][] = []
  #log: ModelLog
  readonly #setup: WalkSetup
  readonly #logs: ModelLog[]
  readonly #lost = new Set<number>()
  readonly #outcomes = new Map<number, 'delivered' | 'unknown' | 'unwritten'>()
  /** The broker has forgotten the producer and takes what comes first: Kafka promises no order then. */
  #isFragile = false

  constructor(setup: WalkSetup) {
    const { isStrict, isIdempotent, epoch: producerEpoch, sequence } = setup
    this.#setup = setup
    this.#log = new ModelLog(isStrict)
    this.#logs = [this.#log]
    if (!isIdempotent) return
    const identity = (this.#identity = { producerId: 1n, producerEpoch })
    if (sequence === 0) return
    this.#log.know({ ...identity, sequence: sequence - 1, calls: [-1] })
    this.#state = { ...noSequences<Parcel>(), identity, next: sequence, isProven: true }
  }

  /** How many calls had each outcome. */
  get outcomes(): ReadonlyMap<number, 'delivered' | 'unknown' | 'unwritten'> {
    return this.#outcomes
  }

  /** The calls in the log, of the topic as it is now. */
  get log(): readonly number[] {
    return this.#log.calls
  }

  step(step: WalkStep, choice: number): void {
    switch (step) {
      case 'send':
        return this.#often(choice, () => this.#send(1 + (choice % 3)))
      case 'leave':
        return this.#often(choice, () => this.#leave())
      case 'process':
        return this.#often(choice, () => this.#process())
      case 'refuse':
        this.#refuse(refusals[choice % refusals.length]!)
        return this.#often(choice, () => this.#answer())
      case 'lie':
        return this.#lie(choice)
      case 'answer':
        return this.#often(choice, () => this.#answer())
      case 'close':
        return this.#close(choice)
      case 'stumble':
        return this.#stumble()
      case 'late':
        return this.#processLate(choice)
      case 'expire':
        return this.#expire()
      case 'renew':
        return this.#renew(this.#identity)
      case 'forget':
        return this.#forget()
      case 'restore':
        return this.#restore()
      case 'lose':
        return this.#lose(choice)
      case 'other log':
        return this.#otherLog(choice)
    }
  }

  /** From now on all goes well: everything ends, and what is sent then is delivered. */
  heal(): void {
    this.told.push('heals')
    this.#settle()
    while (this.#late.length > 0) this.#processLate(0)
    this.#send(1)
    this.#settle()
    assert.is(this.#outcomes.get(this.#calls), 'delivered', 'what is sent when all is well is delivered')
    assert.is(this.#outcomes.size, this.#calls, 'every call has an outcome')
    this.#checkLogs()
  }

  /** Once, or as often as it can be. */
  #often(choice: number, work: () => void): void {
    for (let left = choice < 4 ? 1 : maxFlying; left > 0; left--) work()
  }

  #settle(): void {
    for (let round = 0; round < roundsToHeal; round++) {
      if (this.#queue.length === 0 && this.#state.sent.length === 0) return
      const before = this.told.length
      this.#leave()
      this.#process()
      this.#answer()
      assert.ok(this.told.length > before, 'nothing can leave any more')
    }
    assert.unreachable('it never ends')
  }

  #send(count: number): void {
    const calls = Array.from({ length: count }, () => ++this.#calls)
    this.#queue.push({ calls })
    this.told.push(`sends ${calls.join()}`)
  }

  #leave(): void {
    const next = nextToLeave(this.#state, this.#identity, this.#setup.isIdempotent ? maxFlying : 1)
    if (next === undefined) return
    const parcel = next === 'new' ? this.#queue.shift() : next
    if (parcel === undefined) return
    const { calls } = parcel
    this.#reduce(
      next === 'new'
        ? { type: 'left', batch: parcel, count: calls.length, identity: this.#identity }
        : { type: 'left-again', batch: parcel },
    )
    const { identity, sequence } = this.#state.sent.find(({ batch }) => batch === parcel)!
    this.#connection.push({ parcel, identity: identity, sequence })
    const stamp = identity ? ` as ${identity.producerId}/${identity.producerEpoch}/${sequence}` : ''
    this.told.push(`${calls.join()} leaves${next === 'new' ? '' : ' again'}${stamp}`)
    const flying = this.#state.sent.filter(({ isFlying }) => isFlying).length
    assert.ok(flying <= maxFlying, `${flying} batches fly`)
  }

  /** The broker looks at the next request, and does as it should. */
  #process(): void {
    const flight = this.#unprocessed()
    if (flight) flight.answer = this.#append(flight)
  }

  #append({ parcel, identity, sequence }: Flight): NonNullable<Flight['answer']> {
    const { calls } = parcel
    const judgement = this.#log.append(
      identity ? { ...identity, sequence, calls } : { producerId: undefined, calls },
    )
    if (judgement === 'next') this.#isFragile = false
    this.told.push(`${calls.join()} at the broker: ${judgement}`)
    const isTaken = judgement === 'next' || judgement === 'duplicate'
    return { verdict: isTaken ? undefined : judgement, maybeWritten: false }
  }

  /** The broker refuses the next request without writing it. */
  #refuse(verdict: Verdict): void {
    const flight = this.#unprocessed()
    if (!flight || this.#isFragile) return
    flight.answer = { verdict, maybeWritten: false }
    this.told.push(`${flight.parcel.calls.join()} at the broker: refused with ${verdict}`)
  }

  /** The broker answers that it may have written the next request; it has, or not. */
  #lie(choice: number): void {
    const flight = this.#unprocessed()
    if (!flight || this.#isFragile) return
    if (choice % 2 === 0) this.#append(flight)
    const verdict = choice % 4 < 2 ? 'retry' : 'fail'
    flight.answer = { verdict, maybeWritten: true }
    this.told.push(`${flight.parcel.calls.join()} at the broker: says it may be written, ${verdict}`)
  }

  #unprocessed(): Flight | undefined {
    return this.#connection.find(({ answer }) => answer === undefined)
  }

  /** The next answer arrives. */
  #answer(): void {
    const { parcel, answer } = this.#connection[0] ?? {}
    if (parcel === undefined || answer === undefined) return
    this.#connection.shift()
    this.told.push(`answer for ${parcel.calls.join()}`)
    if (answer.verdict === undefined) this.#reduce({ type: 'acknowledged', batch: parcel })
    else this.#refused(parcel, answer.verdict, answer.maybeWritten)
  }

  /** The connection breaks; of what the broker has not looked at so many requests were read, and will be yet. */
  #close(choice: number): void {
    const lost = this.#connection
    if (lost.length === 0) return
    this.#connection = []
    const read = lost.filter(({ answer }) => answer === undefined).slice(0, choice)
    if (read.length > 0) this.#late.push(read)
    this.told.push(`connection breaks, ${read.length} were read`)
    for (const { parcel } of lost) this.#refused(parcel, 'retry', true)
  }

  /** The next request is refused for now, and before those behind it are looked at the connection breaks. */
  #stumble(): void {
    this.#refuse('retry')
    while (this.#connection[0]?.answer) this.#answer()
    this.#close(maxFlying)
  }

  #processLate(choice: number): void {
    const row = this.#late[choice % this.#late.length]
    if (row === undefined) return
    this.told.push('late:')
    this.#append(row.shift()!)
    this.#late = this.#late.filter(({ length }) => length > 0)
  }

  #refused(parcel: Parcel, verdict: Verdict, maybeWritten: boolean): void {
    const isDivisible = parcel.calls.length > 1
    this.#reduce({ type: 'refused', batch: parcel, verdict, maybeWritten, isDivisible })
  }

  #expire(): void {
    const oldest = this.#state.sent.find(({ isOver }) => !isOver)
    this.told.push('out of time')
    if (oldest) this.#reduce({ type: 'expired', batch: oldest.batch })
    else this.#failQueue()
  }

  /** As `Identity` does. */
  #renew(worn: Identity | undefined): void {
    if (worn === undefined || this.#identity !== worn) return
    const { producerId, producerEpoch } = worn
    this.#identity =
      producerEpoch < lastEpoch
        ? { producerId, producerEpoch: producerEpoch + 1 }
        : { producerId: this.#nextId++, producerEpoch: 0 }
    this.told.push(`is ${this.#identity.producerId}/${this.#identity.producerEpoch} now`)
  }

  /** The broker forgets the producer. In doubt a batch would be written twice then, by Kafka as well. */
  #forget(): void {
    const isDoubtful = this.#state.sent.some(({ isFlying, maybeWritten }) => isFlying || maybeWritten)
    if (isDoubtful || this.#late.length > 0 || this.#identity === undefined) return
    // A strict broker takes the 0 behind 2^31 - 1 for a beginning.
    if (this.#setup.isStrict && this.#setup.sequence > 0) return
    this.#log.forget()
    this.#isFragile = !this.#setup.isStrict
    this.told.push('the broker forgets the producer')
  }

  /** A broker that was restarted leads. */
  #restore(): void {
    this.#log.restore()
    this.told.push('the broker remembers only the last batch')
  }

  /**
   * A broker leads that lacks what was written last; whatever was on its way went to the one before. The connection
   * tells that it is another one, or where nothing flies the producer notices it.
   */
  #lose(choice: number): void {
    if (this.#setup.sequence > 0 || this.#identity === undefined) return
    if (this.#connection.length === 0) this.#reduce({ type: 'other-broker' })
    this.#close(0)
    this.#late = []
    const lost = this.#log.lose(1 + choice)
    for (const call of lost) this.#lost.add(call)
    this.#isFragile = !this.#setup.isStrict && !this.#log.knows(this.#identity.producerId)
    this.told.push(`lost: ${lost.join()}`)
  }

  /** The topic is deleted and created again; the producer hears of it. */
  #otherLog(choice: number): void {
    if (choice % 4 > 0) return
    this.#log = new ModelLog(this.#setup.isStrict)
    this.#logs.push(this.#log)
    this.told.push('the topic is another one')
    this.#reduce({ type: 'other-log' })
  }

  #reduce(event: SequenceEvent<Parcel>): void {
    const { state, effects } = reduceSequences(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#apply(effect)
  }

  #apply(effect: SequenceEffect<Parcel>): void {
    switch (effect.type) {
      case 'deliver':
      case 'found':
        return this.#end(effect.batch, 'delivered')
      case 'fail':
        return this.#end(effect.batch, effect.maybeWritten ? 'unknown' : 'unwritten')
      case 'fail-queue':
        return this.#failQueue()
      case 'requeue':
        return void this.#queue.unshift(
          ...effect.batches.flatMap(parcel => (parcel === effect.divide ? divided(parcel) : [parcel])),
        )
      case 'renew':
        return this.#renew(effect.identity)
      case 'retry':
      case 'data-lost':
    }
  }

  #failQueue(): void {
    for (const parcel of this.#queue.splice(0)) this.#end(parcel, 'unwritten')
  }

  #end({ calls }: Parcel, outcome: 'delivered' | 'unknown' | 'unwritten'): void {
    this.told.push(`${calls.join()}: ${outcome}`)
    for (const call of calls) {
      assert.not(this.#outcomes.has(call), `${call} has an outcome already`)
      this.#outcomes.set(call, outcome)
    }
  }

  #checkLogs(): void {
    const isOrdered = this.#setup.isIdempotent && this.#logs.length === 1
    // An old id is not fenced by a new one as an old epoch is: what failed may still be written behind others.
    const isFenced = this.#nextId === firstNextId
    for (const { calls } of this.#logs) {
      if (this.#setup.isIdempotent) assert.is(new Set(calls).size, calls.length, `doubled in ${calls.join()}`)
      const ordered = calls.filter(call => isFenced || this.#outcomes.get(call) === 'delivered')
      if (isOrdered) assert.equal(ordered, [...ordered].sort(ascending), `order of ${calls.join()}`)
    }
    const all = new Set(this.#logs.flatMap(({ calls }) => calls))
    for (const [call, outcome] of this.#outcomes) {
      if (outcome === 'delivered')
        assert.ok(all.has(call) || this.#lost.has(call), `${call} was delivered and is not in the log`)
      if (outcome === 'unwritten') assert.not(all.has(call), `${call} is in the log and was said not to be`)
    }
  }
}

function divided({ calls }: Parcel): readonly Parcel[] {
  const middle = Math.ceil(calls.length / 2)
  return [{ calls: calls.slice(0, middle) }, { calls: calls.slice(middle) }]
}

function ascending(one: number, other: number): number {
  return one - other
}
