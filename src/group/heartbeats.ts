import { abortController, asKafkaError, type Clock, type KafkaError, type Timer } from '../kernel'
import { memberVerdict } from './verdict'

interface HeartbeatsContext {
  readonly clock: Clock
  readonly intervalMs: number
  readonly sessionTimeoutMs: number
  /** Before the next one, after so many failures before the last. */
  readonly pauseMs: (failuresBefore: number) => number
  readonly ask: (abandoned: AbortSignal) => Promise<void>
  /** The coordinator has something to say. */
  readonly refused: (error: KafkaError) => void
  /** One was not answered, and is asked again. */
  readonly failed: (error: KafkaError) => void
  readonly answered: () => void
  /** None was answered for a whole session. */
  readonly silent: () => void
}

/**
 * The signs of life of one generation: one at a time, by the clock and nothing else. A session is counted from when the
 * last one that was answered had left, so that it ends here before it ends at the coordinator.
 */
export class Heartbeats {
  readonly #context: HeartbeatsContext
  readonly #stopped = abortController()
  #next: Timer
  #session: Timer
  #failures = 0

  /** Begins with a pause: who has just joined is known to live. */
  constructor(context: HeartbeatsContext) {
    this.#context = context
    this.#next = context.clock.after(context.intervalMs, () => void this.#beat())
    this.#session = this.#sessionFrom(context.clock.monotonic())
  }

  stop(): void {
    this.#stopped.abort()
    this.#next.cancel()
    this.#session.cancel()
  }

  async #beat(): Promise<void> {
    const { clock, ask, refused } = this.#context
    const sentAt = clock.monotonic()
    let refusal: KafkaError | undefined
    try {
      await ask(this.#stopped.signal)
      this.#answered(sentAt)
    } catch (thrown) {
      if (this.#stopped.signal.aborted) return
      const error = asKafkaError(thrown, 'Heartbeat')
      const verdict = memberVerdict(error)
      if (verdict === 'rebalance') this.#answered(sentAt)
      if (verdict === 'again') this.#unanswered(error)
      else refusal = error
    }
    if (this.#stopped.signal.aborted) return
    this.#next = clock.after(this.#pauseMs(), () => void this.#beat())
    if (refusal) refused(refusal)
  }

  #answered(sentAt: number): void {
    if (this.#stopped.signal.aborted) return
    this.#failures = 0
    this.#session.cancel()
    this.#session = this.#sessionFrom(sentAt)
    this.#context.answered()
  }

  #unanswered(error: KafkaError): void {
    this.#failures++
    this.#context.failed(error)
  }

  #pauseMs(): number {
    const { intervalMs, pauseMs } = this.#context
    return this.#failures === 0 ? intervalMs : Math.min(intervalMs, pauseMs(this.#failures - 1))
  }

  #sessionFrom(start: number): Timer {
    const { clock, sessionTimeoutMs, silent } = this.#context
    return clock.after(start + sessionTimeoutMs - clock.monotonic(), () => {
      // Told again after as long: while the member syncs, nobody can do anything about it.
      this.#session = this.#sessionFrom(clock.monotonic())
      silent()
    })
  }
}
