import { seededRandom } from '../../../src/kernel'
import type { ConsumerOptions } from '../../../src/consumer'
import type { ErrorName } from '../../../src/protocol'
import { Dice, outages, times, type FaultPlan } from '../chaos'
import { apis, faces, type FaceName, type ReadingEvent, type ReadingSchedule } from './schedule'

const fewestEvents = 8
const mostEvents = 30

/** Errors of each request that a retry mends. Not among them what moves a position: that is so only where it is true. */
const refusals: Readonly<Record<(typeof apis)[number], readonly ErrorName[]>> = {
  Fetch: [
    'NOT_LEADER_OR_FOLLOWER',
    'FENCED_LEADER_EPOCH',
    'UNKNOWN_LEADER_EPOCH',
    'OFFSET_NOT_AVAILABLE',
    'KAFKA_STORAGE_ERROR',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'REPLICA_NOT_AVAILABLE',
  ],
  Metadata: [],
  ListOffsets: ['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'OFFSET_NOT_AVAILABLE'],
  OffsetForLeaderEpoch: ['NOT_LEADER_OR_FOLLOWER', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'],
  OffsetCommit: ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'],
  OffsetFetch: ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'],
  FindCoordinator: ['COORDINATOR_NOT_AVAILABLE'],
}

/** Draws one schedule: the same for the same seed. */
export function drawReading(seed: number): ReadingSchedule {
  const dice = new Dice(seededRandom(seed))
  const brokers = 1 + dice.below(3)
  const partitions = 1 + dice.below(4)
  const face = dice.oneOf(faces)
  const length = fewestEvents + dice.below(mostEvents - fewestEvents)
  const drawn = new EventDice(dice, brokers, partitions)
  return {
    seed,
    brokers,
    partitions,
    face,
    release: dice.oneOf(['4.3', '4.3', '2.8'] as const),
    latencyMs: dice.oneOf([0, 1, 20]),
    metadataLagMs: dice.oneOf([0, 5, 300]),
    requestTimeoutMs: dice.oneOf([700, 2000, 5000]),
    maxFetchBufferBytes: dice.oneOf([64 * 1024 * 1024, 300_000]),
    ...(dice.isSo(0.3) && { retentionBytes: dice.oneOf([20_000, 60_000]) }),
    isNearRead: dice.isSo(0.3),
    workMs: dice.oneOf([0, 10, 300]),
    consumer: drawConsumer(dice, face),
    events: Array.from({ length }, () => drawn.event()),
  }
}

function drawConsumer(dice: Dice, face: FaceName): ConsumerOptions {
  return {
    autoOffsetReset: 'earliest',
    maxBatchMessages: dice.oneOf([1000, 1, 5]),
    fetchMaxWaitMs: dice.oneOf([500, 1000]),
    ackTimeoutMs: 30_000,
    ...(dice.isSo(0.2) && { fetchMinBytes: 500 }),
    ...(dice.isSo(0.3) && { maxPartitionFetchBytes: 2000 }),
    ...(dice.isSo(0.3) && { isolationLevel: 'read_committed' as const }),
    ...(face !== 'ack on read' && {
      groupId: 'billing',
      autoCommitIntervalMs: dice.oneOf([200, 5000]),
      maxInFlightBatches: dice.oneOf([1, 5]),
      ...(dice.isSo(0.3) && { autoCommitCount: dice.oneOf([1, 20]) }),
    }),
  }
}

class EventDice {
  readonly #dice: Dice
  readonly #brokers: number
  readonly #partitions: number
  readonly #kinds: readonly (() => ReadingEvent)[]

  constructor(dice: Dice, brokers: number, partitions: number) {
    this.#dice = dice
    this.#brokers = brokers
    this.#partitions = partitions
    this.#kinds = [
      ...times(12, () => this.#append()),
      ...times(6, () => this.#fault()),
      ...times(2, () => ({ after: this.#gap(), type: 'move', partition: this.#partition() }) as const),
      ...times(2, () => this.#outage()),
      () => ({ after: this.#gap(), type: 'move coordinator' }) as const,
      () => ({ after: this.#gap(), type: 'cut', broker: this.#broker() }) as const,
      () => this.#pace(),
      () => ({ after: this.#gap(), type: 'split', bytes: this.#dice.oneOf([7, 65_536]) }) as const,
      () => ({
        after: this.#gap(),
        type: 'pause',
        partition: this.#partition(),
        ms: this.#dice.below(2000),
      }),
      () => ({ after: this.#gap(), type: 'leave' }) as const,
    ]
  }

  event(): ReadingEvent {
    return this.#dice.oneOf(this.#kinds)()
  }

  #append(): ReadingEvent {
    const dice = this.#dice
    return {
      after: dice.isSo(0.6) ? 0 : this.#gap(),
      type: 'append',
      partition: this.#partition(),
      count: dice.oneOf([1, 3, 20]),
      bytes: dice.oneOf([0, 100, 1000]),
    }
  }

  #fault(): ReadingEvent {
    const dice = this.#dice
    const api = dice.oneOf([...times(8, 'Fetch' as const), ...times(2, 'OffsetCommit' as const), ...apis])
    return {
      after: this.#gap(),
      type: 'fault',
      api,
      fault: this.#plan(refusals[api]),
      times: dice.oneOf([1, 1, 2, 5]),
      ...(dice.isSo(0.3) && { broker: this.#broker() }),
    }
  }

  #plan(errors: readonly ErrorName[]): FaultPlan {
    const dice = this.#dice
    if (errors.length > 0 && dice.isSo(0.4)) return { kind: 'answer', error: dice.oneOf(errors) }
    const ms = dice.oneOf([50, 900, 3000, 6500])
    return dice.oneOf<FaultPlan>([
      { kind: 'drop answer' },
      { kind: 'duplicate' },
      { kind: 'close before' },
      { kind: 'close after' },
      { kind: 'cut answer' },
      { kind: 'delay answer', ms },
      { kind: 'delay request', ms },
      { kind: 'throttle', ms: Math.min(ms, 1000) },
    ])
  }

  #outage(): ReadingEvent {
    const how = this.#dice.oneOf(outages)
    return { after: this.#gap(), type: 'outage', how, broker: this.#broker(), ms: this.#dice.below(2500) }
  }

  #pace(): ReadingEvent {
    const dice = this.#dice
    const bytesPerSecond = dice.oneOf([1000, 10_000])
    return {
      after: this.#gap(),
      type: 'pace',
      broker: this.#broker(),
      bytesPerSecond,
      ms: dice.below(3000),
    }
  }

  #gap(): number {
    return this.#dice.isSo(0.1) ? this.#dice.below(2500) : this.#dice.below(60)
  }

  #broker(): number {
    return 1 + this.#dice.below(this.#brokers)
  }

  #partition(): number {
    return this.#dice.below(this.#partitions)
  }
}
