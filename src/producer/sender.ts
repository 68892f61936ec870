import {
  abortController,
  asKafkaError,
  byTopic,
  ConnectionError,
  DeliveryError,
  TimeoutError,
  toBigInt,
  type KafkaError,
  type Timer,
} from '../kernel'
import { leaderOf, retryPause, runCall, type Broker, type ClientCore } from '../client'
import type { Delivery, UnheardFailures } from '../deferred'
import { brokerError, Produce, type ProduceResponse } from '../protocol'
import type { Batch } from './batch'
import type { Emit } from './event'
import type { Identity } from './identity'
import type { ProducerSettings } from './options'
import type { PartitionLine } from './partition-line'
import type { Receipt, SendCall } from './send-call'
import { mayBeWritten, verdictOn } from './verdict'

/** Requests on their way to one broker at a time; while all are, messages gather in their batches. */
const maxInFlight = 5

interface SenderContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly acks: number
  readonly identity: Identity
  readonly emit: Emit
  readonly unheard: UnheardFailures
  /** A call has ended: its bytes are free. */
  readonly ended: (call: SendCall) => void
}

/** Sends the batches of all partitions to their leaders and sees each to its one outcome. */
export class Sender {
  readonly #context: SenderContext
  readonly #lines = new Set<PartitionLine>()
  readonly #slots = new Map<Broker, number>()
  readonly #ending = abortController()
  #turn: Timer | undefined
  #alarm: Timer | undefined
  #alarmAt = Infinity
  #isAskingIdentity = false

  constructor(context: SenderContext) {
    this.#context = context
  }

  get #clock() {
    return this.#context.client.settings.clock
  }

  adopt(line: PartitionLine): void {
    this.#lines.add(line)
  }

  /** Looks at the lines on the next turn of the event loop: what is sent in this one leaves together. */
  wake(): void {
    if (this.#ending.signal.aborted) return
    this.#turn ??= this.#clock.soon(() => {
      this.#turn = undefined
      this.#drain()
    })
  }

  /** Sends what waits without waiting for company. */
  sealAll(): void {
    for (const line of this.#lines) line.seal()
    this.wake()
  }

  /** Fails everything that has not ended, at once. */
  abandon(error: KafkaError): void {
    this.#turn?.cancel()
    this.#alarm?.cancel()
    for (const line of this.#lines) {
      const { inFlight } = line
      line.inFlight = undefined
      if (inFlight) this.#fail(inFlight, error, true)
      for (const batch of line.drop()) this.#fail(batch, error, batch.maybeWritten)
    }
    this.#ending.abort()
  }

  #drain(): void {
    const now = this.#clock.monotonic()
    for (const line of this.#lines) if (line.inFlight === undefined) this.#expire(line, now)
    const ready = [...this.#lines].filter(line => line.isReady(now))
    if (ready.length > 0 && this.#isIdentified())
      for (const [broker, lines] of this.#byLeader(ready)) this.#send(broker, lines)
    this.#setAlarm(now)
  }

  /** Looks at the lines again when the first of them wants it. */
  #setAlarm(now: number): void {
    let at = Infinity
    for (const line of this.#lines) at = Math.min(at, line.nextAt(now))
    if (at === this.#alarmAt) return
    this.#alarm?.cancel()
    this.#alarmAt = at
    if (at === Infinity) return
    this.#alarm = this.#clock.after(at - now, () => {
      this.#alarmAt = Infinity
      this.wake()
    })
  }

  /** Whether batches can be stamped; if not yet, the producer id is asked for, and the lines looked at again after it. */
  #isIdentified(): boolean {
    const { identity } = this.#context
    if (!identity.isOn || identity.current) return true
    if (this.#isAskingIdentity) return false
    this.#isAskingIdentity = true
    identity
      .get(this.#ending.signal)
      .catch((error: unknown) => this.#withoutIdentity(asKafkaError(error, 'Produce')))
      .finally(() => {
        this.#isAskingIdentity = false
        this.wake()
      })
    return false
  }

  /** Lines with a leader that has a free slot, by leader. The others wait for news of theirs. */
  #byLeader(ready: readonly PartitionLine[]): Map<Broker, PartitionLine[]> {
    const { router, cluster } = this.#context.client
    const byBroker = new Map<Broker, PartitionLine[]>()
    for (const line of ready) {
      try {
        const broker = leaderOf(router, cluster, line.at, 'Produce')
        if ((this.#slots.get(broker) ?? 0) >= maxInFlight) continue
        const lines = byBroker.get(broker)
        if (lines) lines.push(line)
        else byBroker.set(broker, [line])
      } catch (error) {
        this.#again(line, asKafkaError(error, 'Produce'), true)
      }
    }
    return byBroker
  }

  #send(broker: Broker, lines: readonly PartitionLine[]): void {
    const { identity, settings } = this.#context
    const taken = lines.map(line => ({ line, batch: line.take(identity.current) }))
    const now = this.#clock.monotonic()
    const leftMs = Math.min(...taken.map(({ batch }) => batch.since + settings.deliveryTimeoutMs - now))
    const plan = {
      clock: this.#clock,
      what: `Produce to ${broker.name}`,
      timeoutMs: Math.max(1, leftMs),
      abandoned: this.#ending.signal,
    }
    this.#slots.set(broker, (this.#slots.get(broker) ?? 0) + 1)
    runCall(plan, async call => {
      const { response, version } = await broker.request(this.#sending(taken.map(({ batch }) => batch)), call)
      const where = `Produce v${version} -> ${broker.name}`
      for (const { line, batch } of taken)
        if (line.inFlight === batch) this.#judge(line, batch, response, where)
    })
      .catch((error: unknown) => {
        for (const { line, batch } of taken)
          if (line.inFlight === batch) this.#failed(line, batch, asKafkaError(error, 'Produce'))
      })
      .finally(() => {
        const left = this.#slots.get(broker)! - 1
        // A broker that has left the cluster must not be remembered.
        if (left === 0) this.#slots.delete(broker)
        else this.#slots.set(broker, left)
        this.wake()
      })
  }

  #sending(batches: readonly Batch[]) {
    const { settings, acks, client } = this.#context
    const topics = byTopic(batches.map(batch => ({ ...batch.at, batch })))
    return {
      api: Produce,
      purpose: 'main',
      heldMs: settings.ackTimeoutMs,
      noResponse: acks === 0,
      maxVersion: 12,
      body: (version: number) => ({
        acks,
        timeoutMs: settings.ackTimeoutMs,
        topicData: [...topics].map(([name, list]) => ({
          name,
          partitionData: list.map(({ partition, batch }) => ({
            index: partition,
            records: batch.encode(version, client.settings.clock.now(), settings),
          })),
        })),
      }),
    } as const
  }

  #judge(line: PartitionLine, batch: Batch, response: ProduceResponse | undefined, where: string): void {
    if (response === undefined) return this.#delivered(line, batch, -1n, -1n)
    const topic = response.responses.find(({ name }) => name === batch.at.topic)
    const told = topic?.partitionResponses.find(({ index }) => index === batch.at.partition)
    const at = `${where}, ${batch.at.topic}/${batch.at.partition}`
    if (told === undefined)
      return this.#failed(
        line,
        batch,
        brokerError(-1, at, 'the broker left this partition out of its answer'),
      )
    if (told.errorCode !== 0)
      return this.#failed(line, batch, brokerError(told.errorCode, at, told.errorMessage))
    this.#delivered(line, batch, toBigInt(told.baseOffset), toBigInt(told.logAppendTimeMs))
  }

  #delivered(line: PartitionLine, batch: Batch, baseOffset: bigint, timestamp: bigint): void {
    line.recovered()
    let index = 0
    for (const call of batch.calls) {
      const offset = baseOffset < 0n ? -1n : baseOffset + BigInt(index)
      call.delivery.settle({ ...batch.at, offset, timestamp })
      index += call.messages.length
      this.#context.ended(call)
    }
  }

  #failed(line: PartitionLine, batch: Batch, error: KafkaError): void {
    if (mayBeWritten(error)) batch.maybeWritten = true
    const isLate = this.#clock.monotonic() >= batch.since + this.#context.settings.deliveryTimeoutMs
    switch (verdictOn(error)) {
      case 'duplicate':
        return this.#delivered(line, batch, -1n, -1n)
      case 'split':
        if (batch.calls.length > 1 && !batch.maybeWritten) return this.#split(line, batch)
        return this.#giveUp(line, batch, error, batch.maybeWritten ? line.drop() : [])
      case 'new-identity':
        if (batch.maybeWritten || isLate) return this.#giveUp(line, batch, error)
        this.#context.identity.renew()
        batch.forgetSequence()
        break
      case 'retry':
        if (isLate) return this.#giveUp(line, batch, outOfTime(batch, error, this.#context.settings))
        break
      case 'fail':
        return this.#giveUp(line, batch, error)
    }
    line.putBack(batch)
    this.#again(line, error)
  }

  /** The broker refused the batch before writing, so its sequence is free for the first half. */
  #split(line: PartitionLine, batch: Batch): void {
    line.returnSequence(batch)
    line.putBack(...batch.split())
    this.#context.emit({ type: 'batch-split', at: batch.at, messages: batch.count })
  }

  /** A batch has failed for good, and those behind it too, unless the fault was in its own messages. */
  #giveUp(line: PartitionLine, batch: Batch, error: KafkaError, behind = line.drop()): void {
    line.recovered()
    if (batch.maybeWritten) this.#context.identity.renew()
    else line.returnSequence(batch)
    this.#fail(batch, error, batch.maybeWritten)
    for (const other of behind) this.#fail(other, error, other.maybeWritten)
  }

  #expire(line: PartitionLine, now: number): void {
    const { head } = line
    const { settings } = this.#context
    if (head === undefined || now < head.since + settings.deliveryTimeoutMs) return
    const [batch, ...behind] = line.drop()
    this.#giveUp(line, batch!, outOfTime(head, line.lastError, settings), behind)
  }

  #fail(batch: Batch, cause: KafkaError, maybeWritten: boolean): void {
    const error = new DeliveryError(batch.at, cause, maybeWritten)
    this.#context.emit({ type: 'batch-failed', at: batch.at, error, messages: batch.count })
    for (const call of batch.calls) {
      failDelivery(call.delivery, error, this.#context.unheard)
      this.#context.ended(call)
    }
  }

  /** Metadata is asked for anew where that may help, and the line waits a jittered pause that grows with every error. */
  #again(line: PartitionLine, error: KafkaError, wantsMetadata = needsMetadata(error)): void {
    const { client, emit } = this.#context
    line.notBefore = this.#clock.monotonic() + retryPause(client.settings, line.attempts++)
    line.lastError = error
    emit({ type: 'retry', at: line.at, error })
    if (wantsMetadata) client.router.metadata.refresh([line.at.topic]).catch(ignored)
    this.wake()
  }

  /** No producer id: nobody can send. An error that no retry mends fails what waits. */
  #withoutIdentity(error: KafkaError): void {
    const now = this.#clock.monotonic()
    for (const line of this.#lines) {
      if (!line.isReady(now)) continue
      if (error.retriable) this.#again(line, error)
      else for (const batch of line.drop()) this.#fail(batch, error, batch.maybeWritten)
    }
  }
}

/** Ends a delivery with an error, and reports it when nobody listens. */
export function failDelivery(delivery: Delivery<Receipt>, error: KafkaError, unheard: UnheardFailures): void {
  if (!delivery.fail(error)) unheard.add(delivery, error)
}

function outOfTime(
  batch: Batch,
  last: KafkaError | undefined,
  { deliveryTimeoutMs }: ProducerSettings,
): KafkaError {
  const where = `Produce, ${batch.at.topic}/${batch.at.partition}${last ? ` (last: ${last.message})` : ''}`
  return new TimeoutError('delivery', deliveryTimeoutMs, where, {
    maybeSent: batch.maybeWritten,
    cause: last,
  })
}

function needsMetadata(error: KafkaError): boolean {
  return (
    error.remedy === 'refresh-metadata' || error instanceof ConnectionError || error instanceof TimeoutError
  )
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
