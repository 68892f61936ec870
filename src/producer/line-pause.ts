import { UnavailableError, type KafkaError, type TopicPartition } from '../kernel'
import type { LineContext } from './line-context'
import { isSoonOver } from './verdict'

/** Pause while the transaction before is still being finished at the broker, in ms. */
const soonOverMs = 20

/** How long nothing leaves for a partition after an error, and what the errors in a row were. */
export class LinePause {
  readonly #at: TopicPartition
  readonly #context: LineContext
  /** Monotonic ms before which nothing leaves. */
  #until = 0
  /** Node id of the broker that this is due to; -1: nobody leads. */
  #dueTo = -1
  #attempts = 0
  #lastError: KafkaError | undefined

  constructor(at: TopicPartition, context: LineContext) {
    this.#at = at
    this.#context = context
  }

  /** Monotonic ms before which nothing leaves. */
  get until(): number {
    return this.#until
  }

  /** The last of the errors in a row. */
  get lastError(): KafkaError | undefined {
    return this.#lastError
  }

  /** @param dueTo node id of the broker that is to blame; -1: nobody leads */
  begin(error: KafkaError, dueTo: number): void {
    const { now, pauseMs } = this.#context
    this.#dueTo = dueTo
    this.#lastError = error
    this.#warn(error)
    if (isSoonOver(error)) this.#until = now() + soonOverMs
    // Batches that come back together have met one error.
    else if (now() >= this.#until) this.#until = now() + pauseMs(this.#attempts++)
  }

  /** Another broker than the one that refused it leads: there is no reason to wait. */
  ledBy(leader: number | undefined): void {
    if (leader !== undefined && leader >= 0 && leader !== this.#dueTo) this.#until = 0
  }

  /** What it waited for has come, or nothing waits any more. */
  end(): void {
    this.#attempts = this.#until = 0
    this.#context.troubles.ended(this.#at.topic, this)
  }

  /** The broker has taken something. */
  succeeded(): void {
    this.#attempts = 0
    this.#lastError = undefined
    this.#context.troubles.ended(this.#at.topic, this)
  }

  #warn(error: KafkaError): void {
    // Of this the client speaks itself.
    if (error instanceof UnavailableError || isSoonOver(error)) return
    const { troubles, settings } = this.#context
    const { topic, partition } = this.#at
    troubles.goesOn(topic, this, () => {
      const effort = `sent again and again until deliveryTimeoutMs (${settings.deliveryTimeoutMs}) is over`
      return (
        `messages for ${topic}/${partition} are not taken, and are ${effort}: ${error.message}; ` +
        'see whether the brokers of that partition run and reach each other'
      )
    })
  }
}
