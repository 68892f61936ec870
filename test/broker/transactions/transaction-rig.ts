import type { TopicPartition } from '../../../src/kernel'
import { VirtualClock } from '../../../src/kernel'
import {
  defaultTransactionRules,
  defaultTransactionSettings,
  TransactionCoordinator,
  type ProducerIdentity,
  type Surroundings,
  type TransactionSettings,
} from '../../../src/broker/transactions'

export const id = 'billing'
export const orders: TopicPartition = { topic: 'orders', partition: 0 }
export const invoices: TopicPartition = { topic: 'invoices', partition: 2 }

/** A coordinator on virtual time, whose surroundings a test may upset. */
export class TransactionRig implements Surroundings {
  readonly clock = new VirtualClock()
  readonly coordinator: TransactionCoordinator
  /** `<topic>-<partition> <type> <producer id>/<epoch> by <coordinator epoch>` of each marker that was written. */
  readonly markers: string[] = []
  /** undefined while nobody coordinates. */
  epoch: number | undefined = 0
  stores = true
  hasIds = true
  /** Topics that nobody leads. */
  readonly leaderless = new Set<string>()
  nextId = 100n

  constructor(settings: Partial<TransactionSettings> = {}) {
    this.coordinator = new TransactionCoordinator({
      clock: this.clock,
      settings: () => ({ ...defaultTransactionSettings, ...settings }),
      rules: defaultTransactionRules,
      around: this,
    })
  }

  coordinatorEpoch = (): number | undefined => this.epoch
  canStore = (): boolean => this.stores
  nextProducerId = (): bigint | undefined => (this.hasIds ? this.nextId : undefined)

  takeProducerId(): void {
    this.nextId++
  }

  writeMarker(
    { topic, partition }: TopicPartition,
    marker: Parameters<Surroundings['writeMarker']>[1],
  ): boolean {
    if (this.leaderless.has(topic)) return false
    const { type, producerId, producerEpoch, coordinatorEpoch } = marker
    this.markers.push(`${topic}-${partition} ${type} ${producerId}/${producerEpoch} by ${coordinatorEpoch}`)
    return true
  }

  init(expected?: ProducerIdentity, timeoutMs = 60_000) {
    return this.coordinator.init(id, { timeoutMs, expected })
  }

  end(producer: ProducerIdentity, result: 'commit' | 'abort', bumpsEpoch = true) {
    const { producerId, producerEpoch } = producer
    return this.coordinator.end(id, { producerId, producerEpoch, result, bumpsEpoch })
  }

  /** State, producer id and epoch. */
  get state() {
    const known = this.coordinator.get(id)
    return known && `${known.state} ${known.producerId}/${known.producerEpoch}`
  }
}
