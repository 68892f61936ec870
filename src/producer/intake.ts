import {
  ArgumentError,
  asKafkaError,
  MessageTooLargeError,
  type Bytes,
  type Clock,
  type KafkaError,
  type Message,
} from '../kernel'
import type { ClientCore } from '../client'
import { Delivery, handOver } from '../deferred'
import { exactSizeOf, millisecondsOf, refuseMessage, sizeOfParts } from '../protocol'
import { batchOverhead, deliveryBytes, type BufferMemory } from './buffer-memory'
import type { Flushes } from './flushes'
import type { ProducerSettings } from './options'
import type { Outcomes } from './outcomes'
import type { LineContext } from './line-context'
import { checkValues, copied, refuseForeign, type OutgoingMessage } from './outgoing'
import type { PartitionLine } from './partition-line'
import type { Receipt } from './receipt'
import type { Sender } from './sender'
import { TopicLane } from './topic-lane'
import type { ReadyCall } from './waiting-call'
import { WaitingRoom } from './waiting-room'

interface IntakeContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly memory: BufferMemory
  readonly flushes: Flushes
  readonly outcomes: Outcomes
  readonly sender: Sender
  readonly lines: LineContext
}

/** Who takes the calls of a producer. */
export interface Taking<Value> {
  /** One message. Throws what is wrong with it. */
  one(message: OutgoingMessage<Value>): Delivery<Receipt>
  /** The messages of one call, all with one key, in one batch. Throws what is wrong with them. */
  many(topic: string, key: Bytes | null | undefined, values: readonly Value[]): Delivery<Receipt>
  /** Whoever waits now fails. */
  failWaiting(error: KafkaError): void
  /** Whoever waits fails. */
  close(error: KafkaError): void
}

/** A call whose values come later. */
interface LaterCall {
  readonly delivery: Delivery<Receipt>
  readonly resolve: (values: readonly (Bytes | null)[]) => void
  readonly reject: (error: KafkaError) => void
}

/** What a call counts for in `maxBufferedBytes` as long as nobody knows how large it is. */
const nominalBytes = 1024

/** Takes calls in: each is encoded into a batch of its partition at once, or waits until its topic is known. */
export class Intake implements Taking<Bytes | null> {
  readonly #context: IntakeContext
  readonly #clock: Clock
  readonly #waiting: WaitingRoom
  readonly #lanes = new Map<string, TopicLane>()
  /** A call of so many bytes is surely not too large. */
  readonly #fits: number

  constructor(context: IntakeContext) {
    this.#context = context
    const { client, settings, sender, memory, flushes, outcomes } = context
    this.#fits = Math.min(settings.maxBatchBytes, settings.maxBufferedBytes - batchOverhead)
    this.#clock = client.settings.clock
    this.#waiting = new WaitingRoom({
      client,
      settings,
      memory,
      flushes,
      troubles: context.lines.troubles,
      place: (lane, call) => this.#place(lane, call),
      refuse: ({ delivery }, error) => outcomes.refuse(delivery, error),
      released: () => {
        if (!flushes.isEmpty || memory.isShort) sender.hurry()
      },
      left: lane => this.#drop(lane),
    })
  }

  one(message: OutgoingMessage): Delivery<Receipt> {
    if (typeof message !== 'object' || message === null)
      throw new ArgumentError('message', message, 'an object with topic and value')
    // Each part is read once, since messages may each have a shape of their own.
    const { topic, partition, key = null, value, headers, timestamp } = message
    if (partition !== undefined) checkPartition(partition)
    const room = sizeOfParts(key, value, headers)
    const time = millisecondsOf(timestamp, this.#clock.now())
    if (room < 0 || Number.isNaN(time)) {
      refuseForeign(message)
      refuseMessage(message, undefined)
    }
    if (room > this.#fits) this.#checkSize(exactSizeOf([message]), 1, topic, room)
    const lane = this.#lane(topic)
    const line = this.#waiting.isNeeded(lane) ? undefined : lane.lineFor(key, partition)
    if (line === undefined) return this.#wait(lane, [{ key, value, headers, timestamp: time }], partition)
    const batch = line.batchFor(room)
    const delivery = new Delivery<Receipt>(batch)
    batch.enter(delivery)
    batch.append(key, value, headers, time, room)
    line.added(batch)
    if (batch.calls === 1 || batch.isSealed) this.#context.sender.wake(line)
    return delivery
  }

  many(
    topic: string,
    givenKey: Bytes | null | undefined,
    values: readonly (Bytes | null)[],
  ): Delivery<Receipt> {
    const key = givenKey ?? null
    checkValues(givenKey, values)
    const rooms = values.map((value, index) => sizeOrRefuse(key, value, index))
    const room = rooms.reduce((sum, size) => sum + size, 0)
    const time = this.#clock.now()
    const messages = (): Message[] => values.map(value => ({ key, value, timestamp: time }))
    if (room > this.#fits) this.#checkSize(exactSizeOf(messages()), values.length, topic, room)
    const lane = this.#lane(topic)
    if (this.#waiting.isNeeded(lane)) return this.#wait(lane, messages(), undefined)
    const line = lane.lineFor(key, undefined)
    const batch = line.batchFor(room)
    const delivery = new Delivery<Receipt>(batch)
    batch.enter(delivery)
    values.forEach((value, index) => batch.append(key, value, undefined, time, rooms[index]!))
    line.added(batch)
    if (batch.calls === 1 || batch.isSealed) this.#context.sender.wake(line)
    return delivery
  }

  /** A call whose values are still being made: it keeps its place. Throws what is wrong with it. */
  later({ topic, partition, ...rest }: Omit<OutgoingMessage, 'value'>): LaterCall {
    if (partition !== undefined) checkPartition(partition)
    const { key = null, headers } = rest
    const timestamp = millisecondsOf(rest.timestamp, this.#clock.now())
    if (sizeOfParts(key, null, headers) < 0 || Number.isNaN(timestamp))
      refuseMessage({ ...rest, value: null }, undefined)
    const draft = copied({ key, value: null, headers, timestamp })
    const bytes = deliveryBytes + nominalBytes + exactSizeOf([draft])
    const lane = this.#lane(topic)
    const delivery = this.#enter(lane, undefined, partition, bytes)
    return {
      delivery,
      resolve: values =>
        this.#made(
          lane,
          delivery,
          values.map(value => ({ ...draft, value })),
        ),
      reject: error => this.#waiting.notMade(lane, delivery, error),
    }
  }

  failWaiting(error: KafkaError): void {
    this.#waiting.failAll(error)
  }

  close(error: KafkaError): void {
    this.#waiting.close(error)
  }

  #lane(topic: string): TopicLane {
    const lane = this.#lanes.get(topic)
    if (lane) return lane
    const { settings, lines } = this.#context
    const made = new TopicLane(topic, settings.partitioner, lines)
    this.#lanes.set(topic, made)
    return made
  }

  /** One for which there are no messages and no waiting calls need not be remembered. */
  #drop(lane: TopicLane): void {
    if (lane.isUnused && !this.#waiting.has(lane)) this.#lanes.delete(lane.topic)
  }

  /**
   * @param bytes what they take exactly
   * @param room what is reserved for them
   */
  #checkSize(bytes: number, messages: number, topic: string, room: number): void {
    const { maxBatchBytes, maxBufferedBytes } = this.#context.settings
    const what = `${messages} message${messages === 1 ? '' : 's'} for ${topic}`
    if (bytes > maxBatchBytes)
      throw new MessageTooLargeError(what, bytes, maxBatchBytes, 'producer option maxBatchBytes')
    const held = room + batchOverhead
    if (held > maxBufferedBytes)
      throw new MessageTooLargeError(what, held, maxBufferedBytes, 'producer option maxBufferedBytes')
  }

  #wait(lane: TopicLane, messages: readonly Message[], partition: number | undefined): Delivery<Receipt> {
    return this.#enter(lane, messages, partition, deliveryBytes + exactSizeOf(messages))
  }

  /** @param messages undefined while they are being made */
  #enter(
    lane: TopicLane,
    messages: readonly Message[] | undefined,
    partition: number | undefined,
    bytes: number,
  ): Delivery<Receipt> {
    try {
      this.#context.memory.check(bytes)
    } catch (error) {
      this.#drop(lane)
      throw error
    }
    const delivery = new Delivery<Receipt>(this.#waiting)
    const at = this.#clock.monotonic()
    this.#waiting.add(lane, { delivery, messages: messages?.map(copied), partition, bytes, at })
    return delivery
  }

  #made(lane: TopicLane, delivery: Delivery<Receipt>, messages: readonly Message[]): void {
    const bytes = exactSizeOf(messages)
    try {
      this.#checkSize(bytes, messages.length, lane.topic, bytes)
    } catch (error) {
      this.#waiting.notMade(lane, delivery, asKafkaError(error, 'send'))
      return
    }
    this.#waiting.made(lane, delivery, messages.map(copied), deliveryBytes + bytes)
  }

  #place(lane: TopicLane, call: ReadyCall): void {
    const { memory, outcomes, sender } = this.#context
    try {
      // One that asks for a partition is placed when it is there.
      const line = lane.lineFor(call.messages[0]!.key ?? null, call.partition)!
      memory.lenient(() => enter(line, call))
      sender.wake(line)
    } catch (error) {
      outcomes.refuse(call.delivery, asKafkaError(error, 'send'))
    }
  }
}

function enter(line: PartitionLine, call: ReadyCall): void {
  const { delivery, messages, bytes } = call
  const batch = line.batchFor(bytes - deliveryBytes, call)
  batch.enter(delivery)
  delivery[handOver](batch)
  for (const { key = null, value, headers, timestamp } of messages)
    batch.append(key, value, headers, timestamp as number, sizeOfParts(key, value, headers))
  line.added(batch)
}

function sizeOrRefuse(key: Bytes | null, value: Bytes | null, index: number): number {
  const size = sizeOfParts(key, value, undefined)
  return size < 0 ? refuseMessage({ key, value }, index) : size
}

function checkPartition(partition: unknown): void {
  if (!(Number.isInteger(partition) && (partition as number) >= 0))
    throw new ArgumentError('partition', partition, 'a whole number from 0')
}
