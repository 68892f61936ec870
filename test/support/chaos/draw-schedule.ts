import { seededRandom } from '../../../src/kernel'
import type { ErrorName } from '../../../src/protocol'
import type { ProducerOptions } from '../../../src/producer'
import { Dice, times } from './dice'
import { outages, type ChaosEvent, type FaultPlan, type Schedule } from './schedule'

const fewestEvents = 20
const mostEvents = 100

/**
 * Refusals of a partition, which then is left as it was. Not among them: OUT_OF_ORDER_SEQUENCE_NUMBER, by which the
 * producer knows what is in the log; it is answered where it is true.
 */
const refusals: readonly ErrorName[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'KAFKA_STORAGE_ERROR',
  'CORRUPT_MESSAGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_SERVER_ERROR',
  'THROTTLING_QUOTA_EXCEEDED',
  'POLICY_VIOLATION',
  'UNKNOWN_TOPIC_ID',
]
/** Of a batch that was written. */
const denials: readonly ErrorName[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'UNKNOWN_SERVER_ERROR',
  'KAFKA_STORAGE_ERROR',
  'NETWORK_EXCEPTION',
]
const identityErrors: readonly ErrorName[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'CLUSTER_AUTHORIZATION_FAILED',
]

/** Draws one schedule: the same for the same seed. */
export function drawSchedule(seed: number): Schedule {
  const dice = new Dice(seededRandom(seed))
  const brokers = 1 + dice.below(3)
  const partitions = 1 + dice.below(4)
  const producer = drawProducer(dice)
  const length = fewestEvents + dice.below(mostEvents - fewestEvents)
  const drawn = new EventDice(dice, { brokers, partitions, mayLose: producer.acks === 'leader' })
  return {
    seed,
    brokers,
    partitions,
    release: dice.oneOf(['4.3', '4.3', '2.8'] as const),
    latencyMs: dice.oneOf([0, 0, 1, 20]),
    metadataLagMs: dice.oneOf([0, 5, 300]),
    requestTimeoutMs: dice.oneOf([500, 2000, 5000]),
    producer,
    events: Array.from({ length }, () => drawn.event()),
  }
}

function drawProducer(dice: Dice): ProducerOptions {
  const acks = dice.oneOf(['all', 'all', 'all', 'all', 'leader', 'none'] as const)
  const maxBufferedBytes = dice.oneOf([32 * 1024 * 1024, 64 * 1024])
  const maxBatchBytes = Math.min(maxBufferedBytes, dice.oneOf([1_000_000, 2000]))
  return {
    acks,
    ...(acks === 'all' && dice.isSo(0.2) && { idempotent: false }),
    bufferTime: dice.oneOf([0, 0, 5, 100]),
    ...(dice.isSo(0.3) && { bufferCount: dice.oneOf([1, 2, 5]) }),
    bufferBytes: Math.min(maxBatchBytes, dice.oneOf([256 * 1024, 256 * 1024, 300, 3000])),
    maxBatchBytes,
    maxBufferedBytes,
    maxBlockMs: dice.oneOf([1000, 60_000]),
    compression: dice.oneOf(['none', 'none', 'gzip', 'snappy', 'lz4'] as const),
    deliveryTimeoutMs: dice.oneOf([800, 3000, 10_000, 120_000]),
    ackTimeoutMs: 100,
  }
}

interface Bounds {
  readonly brokers: number
  readonly partitions: number
  /** What was acknowledged may be lost. */
  readonly mayLose: boolean
}

class EventDice {
  readonly #dice: Dice
  readonly #bounds: Bounds
  readonly #kinds: readonly (() => ChaosEvent)[]

  constructor(dice: Dice, bounds: Bounds) {
    this.#dice = dice
    this.#bounds = bounds
    const rare = dice.isSo(0.5)
    this.#kinds = [
      ...times(30, () => this.#send()),
      ...times(8, () => this.#fault()),
      ...times(2, () => ({ after: this.#gap(), type: 'move', partition: this.#partition() }) as const),
      ...times(2, () => this.#outage()),
      ...times(2, () => ({ after: this.#gap(), type: 'restore', partition: this.#partition() }) as const),
      () => ({ after: this.#gap(), type: 'cut', broker: this.#broker() }) as const,
      () => ({ after: this.#gap(), type: 'flush' }) as const,
      ...(rare ? this.#rare() : []),
    ]
  }

  event(): ChaosEvent {
    return this.#dice.oneOf(this.#kinds)()
  }

  #rare(): (() => ChaosEvent)[] {
    const dice = this.#dice
    const after = (): number => this.#gap()
    return [
      () => ({
        after: after(),
        type: 'pace',
        broker: this.#broker(),
        bytesPerSecond: dice.oneOf([1000, 10_000]),
        ms: dice.below(3000),
      }),
      () => ({ after: after(), type: 'split', bytes: dice.oneOf([1, 7, 65_536]) }),
      () => ({ after: after(), type: 'limit', bytes: dice.oneOf([200, 600]), ms: dice.below(2000) }),
      () => ({ after: after(), type: 'grow' }),
      () => (dice.isSo(0.3) ? { after: after(), type: 'recreate', ms: dice.below(1000) } : this.#send()),
      () => (dice.isSo(0.3) ? { after: after(), type: 'forget' } : this.#send()),
      () => (dice.isSo(0.2) ? { after: after(), type: 'close', timeoutMs: dice.below(3000) } : this.#send()),
      () =>
        this.#bounds.mayLose
          ? { after: after(), type: 'truncate', partition: this.#partition(), messages: 1 + dice.below(5) }
          : this.#send(),
    ]
  }

  #send(): ChaosEvent {
    const dice = this.#dice
    return {
      after: dice.isSo(0.6) ? 0 : this.#gap(),
      type: 'send',
      partition: this.#partition(),
      count: dice.oneOf([1, 1, 1, 2, 3]),
      bytes: dice.oneOf([0, 0, 100, 1000]),
      ...(dice.isSo(0.05) && { cancelAfter: dice.below(20) }),
    }
  }

  #fault(): ChaosEvent {
    const dice = this.#dice
    const api = dice.oneOf([...times(10, 'Produce' as const), 'Metadata', 'InitProducerId'] as const)
    return {
      after: this.#gap(),
      type: 'fault',
      api,
      fault: api === 'Produce' ? this.#produceFault() : this.#otherFault(api),
      times: dice.oneOf([1, 1, 1, 2, 5]),
      ...(dice.isSo(0.3) && { broker: this.#broker() }),
    }
  }

  #produceFault(): FaultPlan {
    const dice = this.#dice
    const plans: readonly (() => FaultPlan)[] = [
      ...times(4, (): FaultPlan => ({
        kind: 'answer',
        error: dice.oneOf(refusals),
        partition: this.#partition(),
      })),
      () => ({ kind: 'answer', error: dice.oneOf(refusals) }),
      ...times(2, (): FaultPlan => ({ kind: 'answer afterwards', error: dice.oneOf(denials) })),
      ...times(6, () => this.#wireFault()),
    ]
    return dice.oneOf(plans)()
  }

  #otherFault(api: 'Metadata' | 'InitProducerId'): FaultPlan {
    const dice = this.#dice
    if (api === 'InitProducerId' && dice.isSo(0.5))
      return { kind: 'answer', error: dice.oneOf(identityErrors) }
    return this.#wireFault()
  }

  #wireFault(): FaultPlan {
    const dice = this.#dice
    const ms = dice.oneOf([50, 700, 3000, 9000])
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

  #outage(): ChaosEvent {
    const how = this.#dice.oneOf(outages)
    return { after: this.#gap(), type: 'outage', how, broker: this.#broker(), ms: this.#dice.below(2500) }
  }

  #gap(): number {
    return this.#dice.isSo(0.1) ? this.#dice.below(1500) : this.#dice.below(25)
  }

  #broker(): number {
    return 1 + this.#dice.below(this.#bounds.brokers)
  }

  #partition(): number {
    return this.#dice.below(this.#bounds.partitions)
  }
}
