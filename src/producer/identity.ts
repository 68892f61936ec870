import type { KafkaError } from '../kernel'
import { BrokerError, toBigInt, UnsupportedError } from '../kernel'
import type { KafkaClient } from '../client'
import { brokerError, InitProducerId } from '../protocol'
import type { Emit } from './event'

/** Who a broker takes us for. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/**
 * The producer id that batches are stamped with: asked for before the first batch, and anew after a batch whose fate
 * is not known was given up, since its sequence can then neither be used again nor be left out.
 */
export class Identity {
  readonly #client: KafkaClient
  readonly #emit: Emit
  readonly #isRequired: boolean
  #isWanted: boolean
  #current: ProducerIdentity | undefined
  #asking: Promise<ProducerIdentity | undefined> | undefined

  /** @param wanted true: it must be had; undefined: where it can be had; false: not at all */
  constructor(client: KafkaClient, emit: Emit, wanted: boolean | undefined) {
    this.#client = client
    this.#emit = emit
    this.#isWanted = wanted !== false
    this.#isRequired = wanted === true
  }

  /** Whether batches are stamped at all. */
  get isOn(): boolean {
    return this.#isWanted
  }

  get current(): ProducerIdentity | undefined {
    return this.#current
  }

  /** The identity for the next batches; undefined: they go without. Raises what the broker says. */
  get(): Promise<ProducerIdentity | undefined> {
    if (!this.#isWanted || this.#current) return Promise.resolve(this.#current)
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  /** Batches drained from now on get a new identity, and sequences from 0. */
  renew(): void {
    this.#current = undefined
  }

  async #ask(): Promise<ProducerIdentity | undefined> {
    try {
      const answer = await this.#client.request(InitProducerId, {
        transactionalId: null,
        transactionTimeoutMs: 0,
      })
      if (answer.errorCode !== 0) throw brokerError(answer.errorCode, 'InitProducerId')
      const id = toBigInt(answer.producerId)
      this.#current = { producerId: id, producerEpoch: answer.producerEpoch }
      this.#emit({ type: 'producer-id', id, epoch: answer.producerEpoch })
      return this.#current
    } catch (error) {
      if (error instanceof UnsupportedError && !this.#isRequired) return this.#switchOff(error)
      if (error instanceof BrokerError && error.code === clusterAuthorizationFailed) throw notAllowed(error)
      throw error
    }
  }

  #switchOff(error: KafkaError): undefined {
    this.#isWanted = false
    this.#emit({ type: 'idempotence-off', reason: error.message })
    return undefined
  }
}

const clusterAuthorizationFailed = 31

function notAllowed(error: BrokerError): KafkaError {
  return new UnsupportedError(
    `${error.message}; allow IdempotentWrite, or set the producer option idempotent: false`,
    error,
  )
}
