import type { KafkaError } from '../kernel'
import { BrokerError, toBigInt, UnsupportedError } from '../kernel'
import { runCall, type ClientCore } from '../client'
import { brokerError, InitProducerId } from '../protocol'
import type { Emit } from './event'

/** The highest epoch there is. */
const lastEpoch = 32_767

/** Who a broker takes us for. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Where batches get their producer id from. */
export interface IdentitySource {
  /** Whether batches are stamped at all. */
  readonly isOn: boolean
  readonly current: ProducerIdentity | undefined
  /** Gets the identity for the next batches, or finds that they go without. Raises what the broker says. */
  get(abandoned: AbortSignal): Promise<void>
  /** A sequence under this identity can neither be used again nor be left out. */
  renew(worn: ProducerIdentity): void
}

/**
 * The producer id and epoch that batches are stamped with: asked for before the first batch. Without transactions
 * the client raises the epoch by itself, as Java's does.
 */
export class Identity implements IdentitySource {
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

  get isOn(): boolean {
    return this.#isWanted
  }

  get current(): ProducerIdentity | undefined {
    return this.#current
  }

  async get(abandoned: AbortSignal): Promise<void> {
    try {
      this.#current = await this.#ask(abandoned)
      this.#tell(this.#current)
    } catch (error) {
      if (error instanceof UnsupportedError && !this.#isRequired) this.#switchOff(error)
      else if (error instanceof BrokerError && error.code === clusterAuthorizationFailed)
        throw notAllowed(error)
      else throw error
    }
  }

  /**
   * Batches that leave from now on get the next epoch and sequences from 0; after the last epoch, another id.
   */
  renew(worn: ProducerIdentity): void {
    if (this.#current !== worn) return
    const { producerId, producerEpoch } = worn
    this.#current = producerEpoch < lastEpoch ? { producerId, producerEpoch: producerEpoch + 1 } : undefined
    if (this.#current) this.#tell(this.#current)
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

  #tell({ producerId, producerEpoch }: ProducerIdentity): void {
    this.#emit({ type: 'producer-id', id: producerId, epoch: producerEpoch })
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
