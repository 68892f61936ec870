import type { Broker } from '../client'
import { OtherMessageError, type KafkaError, type TopicPartition } from '../kernel'
import type { Stamp } from '../protocol'
import type { Batch } from './batch'
import type { LineContext } from './line-context'
import type { LinePause } from './line-pause'
import type { LineQueue } from './line-queue'
import type { RefusedRecord, Telling } from './outcomes'
import { nextToLeave, noSequences, reduceSequences } from './sequences'
import type { SequenceEffect, SequenceEvent, Sequences } from './sequences-state'

/** Batches of a partition that fly at once: as many as a broker remembers, or one where it cannot tell their order. */
const maxNumbered = 5
const maxUnnumbered = 1

/** Of a producer without idempotence. */
const unnumbered: Stamp = {}

/** What goes with an event of the sequences. */
interface Told {
  readonly baseOffset?: bigint
  readonly timestamp?: bigint
  readonly error?: KafkaError
  /** The messages that the error is about, if the broker says which. */
  readonly records?: readonly RefusedRecord[] | undefined
  /** The error is nothing to do with one message: all fail with it. */
  readonly isOfAll?: boolean
}

/** The batches of one partition that have left and have no outcome, and what is done with those that come back. */
export class Flights {
  readonly #at: TopicPartition
  readonly #context: LineContext
  readonly #queue: LineQueue
  readonly #pause: LinePause
  #sequences: Sequences<Batch> = noSequences<Batch>()
  /** Where the batches in flight are. */
  broker: Broker | undefined
  /** What the trouble began with, which is what those behind fail for. */
  #cause: KafkaError | undefined

  constructor(at: TopicPartition, context: LineContext, queue: LineQueue, pause: LinePause) {
    this.#at = at
    this.#context = context
    this.#queue = queue
    this.#pause = pause
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#sequences.sent.length === 0
  }

  /** Whether one is in a request that has no answer. */
  get areUnderWay(): boolean {
    return this.#sequences.sent.some(({ isFlying }) => isFlying)
  }

  /** Those that nobody has told an outcome, oldest first. */
  get batches(): readonly Batch[] {
    return this.#sequences.sent.filter(({ isOver }) => !isOver).map(({ batch }) => batch)
  }

  get oldest(): Batch | undefined {
    return this.#sequences.sent.find(({ isOver }) => !isOver)?.batch
  }

  /** One that came back and is not in a request just now. */
  get grounded(): Batch | undefined {
    return this.#sequences.sent.find(({ isFlying, isOver }) => !isFlying && !isOver)?.batch
  }

  /** What may leave now: one of those that came back, a new one, or nothing. */
  get next(): Batch | 'new' | undefined {
    const { identity } = this.#context
    return nextToLeave(this.#sequences, identity.current, identity.isOn ? maxNumbered : maxUnnumbered)
  }

  has(batch: Batch): boolean {
    return this.#sequences.sent.some(sent => sent.batch === batch)
  }

  /** What the batch is to be stamped with. */
  stampOf(batch: Batch): Stamp {
    const sent = this.#sequences.sent.find(entry => entry.batch === batch)
    return sent?.identity ? { ...sent.identity, baseSequence: sent.sequence } : unnumbered
  }

  /** What this comes to is done, and then told: whoever hears of it may send again at once. */
  happens(event: SequenceEvent<Batch>, told: Told = {}): void {
    const { sent } = this.#sequences
    const { state, effects } = reduceSequences(this.#sequences, event)
    this.#sequences = state
    if (state.trouble === undefined && effects.length === 0) return
    const at = 'batch' in event ? sent.findIndex(({ batch }) => batch === event.batch) : -1
    const isBehind = (batch: Batch): boolean => at >= 0 && sent.findIndex(entry => entry.batch === batch) > at
    const tellings = effects.map(effect => this.#apply(effect, told, isBehind))
    if (state.trouble === undefined) this.#cause = undefined
    for (const tell of tellings) tell?.()
  }

  /** Takes all of them out to fail with this, what flies too. */
  abandon(error: KafkaError): Telling {
    const { sent } = this.#sequences
    this.#sequences = noSequences<Batch>()
    return () => {
      for (const { batch, isFlying, isOver, maybeWritten } of sent)
        if (!isOver) this.#context.outcomes.fail(batch, error, { maybeWritten: maybeWritten || isFlying })
    }
  }

  #apply(
    effect: SequenceEffect<Batch>,
    told: Told,
    isBehind: (batch: Batch) => boolean,
  ): Telling | undefined {
    const { outcomes, identity, emit } = this.#context
    const { baseOffset = -1n, timestamp = -1n, error } = told
    const at = this.#at
    switch (effect.type) {
      case 'deliver':
        return () => outcomes.deliver(effect.batch, baseOffset, timestamp)
      case 'found':
        return () => outcomes.deliver(effect.batch, -1n, -1n)
      case 'retry':
        return effect.pause ? this.#rest(error!) : undefined
      case 'fail':
        return this.#fail(effect, told, isBehind)
      case 'fail-queue':
        return this.#failQueue(told)
      case 'requeue':
        return this.#requeue(effect.batches, effect.divide)
      case 'renew':
        identity.renew(effect.identity)
        return undefined
      case 'data-lost':
        this.#pause.begin(error!, this.broker?.id ?? -1)
        return () => emit({ type: 'sequence-lost', at, error: error! })
    }
  }

  #rest(error: KafkaError): Telling {
    this.#pause.begin(error, this.broker?.id ?? -1)
    return () => this.#context.emit({ type: 'retry', at: this.#at, error })
  }

  #fail(
    { batch, maybeWritten }: Extract<SequenceEffect<Batch>, { type: 'fail' }>,
    { error, records, isOfAll }: Told,
    isBehind: (batch: Batch) => boolean,
  ): Telling {
    const { outcomes } = this.#context
    const isFirst = this.#cause === undefined && !isBehind(batch)
    this.#cause ??= error!
    if (isFirst) return () => outcomes.fail(batch, error!, { maybeWritten, records })
    const cause = isOfAll ? error! : new OtherMessageError('before', this.#cause)
    return () => outcomes.fail(batch, cause, { maybeWritten })
  }

  #failQueue({ error, isOfAll }: Told): Telling {
    const cause = isOfAll ? error! : new OtherMessageError('before', this.#cause ?? error!)
    const batches = this.#queue.takeAll()
    this.#pause.end()
    return () => {
      for (const batch of batches) this.#context.outcomes.fail(batch, cause)
    }
  }

  #requeue(batches: readonly Batch[], divide: Batch | undefined): Telling | undefined {
    const { flushes, emit } = this.#context
    if (divide === undefined || !batches.includes(divide)) {
      this.#queue.putBack(batches)
      return undefined
    }
    const { count: messages } = divide
    flushes.joined(divide.era)
    const halves = divide.divided()
    this.#queue.learnLimit(Math.max(...halves.map(({ plainBytes }) => plainBytes)))
    this.#queue.putBack(batches.flatMap(batch => (batch === divide ? halves : [batch])))
    return () => emit({ type: 'batch-split', at: this.#at, messages })
  }
}
