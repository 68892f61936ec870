import type { KafkaError } from '../kernel'
import { BrokerError, toBigInt, UnsupportedError } from '../kernel'
import { runCall, type ClientCore } from '../client'
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
  readonly #client: ClientCore
  readonly #emit: Emit
  readonly #isRequired: boolean
  #isWanted: boolean
  #current: ProducerIdentity | undefined

  /** @param wanted true: it must be had; undefined: where it can be had; false: not at all */
  constructor(client: ClientCore, emit: Emit, wanted: boolean | undefined) {
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

  /** Gets the identity for the next batches, or finds that they go without. Raises what the broker says. */
  async get(abandoned: AbortSignal): Promise<void> {
    try {
      this.#current = await this.#ask(abandoned)
      this.#emit({ type: 'producer-id', id: this.#current.producerId, epoch: this.#current.producerEpoch })
    } catch (error) {
      if (error instanceof UnsupportedError && !this.#isRequired) this.#switchOff(error)
      else if (error instanceof BrokerError && error.code === clusterAuthorizationFailed)
        throw notAllowed(error)
      else throw error
    }
  }

  /** Batches drained from now on get a new identity, and sequences from 0. */
  renew(): void {
    this.#current = undefined
  }

  /** Past the client's own calls, which it refuses once it is told to close: what was accepted is still sent then. */
  async #ask(abandoned: AbortSignal): Promise<ProducerIdentity> {
    const { router, settings } = this.#client
    const { clock, timeoutMs } = settings
    const body = { transactionalId: null, transactionTimeoutMs: 0 }
    const { response } = await runCall({ clock, what: 'InitProducerId', timeoutMs, abandoned }, call =>
      router.any({ api: InitProducerId, purpose: 'main', body }, call),
    )
    const { errorCode, producerId, producerEpoch } = response!
    if (errorCode !== 0) throw brokerError(errorCode, 'InitProducerId')
    return { producerId: toBigInt(producerId), producerEpoch }
  }

  #switchOff(error: KafkaError): void {
    this.#isWanted = false
    this.#emit({ type: 'idempotence-off', reason: error.message })
  }
}

const clusterAuthorizationFailed = 31

function notAllowed(error: BrokerError): KafkaError {
  return new UnsupportedError(
    `${error.message}; allow IdempotentWrite, or set the producer option idempotent: false`,
    error,
  )
}
