import {
  abortController,
  ConnectionError,
  ProtocolError,
  TimeoutError,
  type Clock,
  type KafkaError,
  type Timer,
} from '../kernel'
import { endOf, type Call } from './call'

/** Who has been silent for so long gets company: the next one is asked too, and the first answer counts. */
const silenceMs = 1000

interface Course<Candidate, T> {
  readonly clock: Clock
  /** In the order in which they are asked; at least one. */
  readonly candidates: readonly Candidate[]
  readonly ask: (candidate: Candidate, call: Call) => Promise<T>
  /** Nobody could be reached. */
  readonly failed: (errors: readonly KafkaError[]) => KafkaError
}

/**
 * Asks one candidate after another until one answers, without waiting long for a silent one. An error that does not
 * come from being out of reach is the outcome: the others would say the same.
 */
export function race<Candidate, T>(course: Course<Candidate, T>, call: Call): Promise<T> {
  return new Promise((resolve, reject) => new Race(course, call, resolve, reject).start())
}

class Race<Candidate, T> {
  readonly #course: Course<Candidate, T>
  readonly #call: Call
  readonly #resolve: (answer: T) => void
  readonly #reject: (error: unknown) => void
  /** Ends those that are still asked when it is over. */
  readonly #others = abortController()
  readonly #errors: KafkaError[] = []
  #asked = 0
  #timer: Timer | undefined

  constructor(
    course: Course<Candidate, T>,
    call: Call,
    resolve: (answer: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#course = course
    this.#call = call
    this.#resolve = resolve
    this.#reject = reject
  }

  start(): void {
    this.#call.signal.addEventListener('abort', this.#ended, { once: true })
    this.#next()
  }

  #next(): void {
    const { clock, candidates, ask } = this.#course
    this.#timer?.cancel()
    const candidate = candidates[this.#asked++]!
    if (this.#asked < candidates.length) this.#timer = clock.after(silenceMs, () => this.#next())
    ask(candidate, { ...this.#call, signal: this.#others.signal }).then(
      answer => this.#over(() => this.#resolve(answer)),
      (error: unknown) => this.#lost(error),
    )
  }

  #lost(error: unknown): void {
    if (this.#others.signal.aborted) return
    if (!isUnreachable(error)) return this.#over(() => this.#reject(error))
    this.#errors.push(error)
    const { candidates, failed } = this.#course
    if (this.#asked < candidates.length) this.#next()
    else if (this.#errors.length === this.#asked) this.#over(() => this.#reject(failed(this.#errors)))
  }

  readonly #ended = (): void => this.#over(() => this.#reject(endOf(this.#call, this.#errors.at(-1))))

  #over(settle: () => void): void {
    this.#timer?.cancel()
    this.#call.signal.removeEventListener('abort', this.#ended)
    settle()
    this.#others.abort(this.#call.signal.reason)
  }
}

/** It did not answer, or not as a broker does: another one may. */
function isUnreachable(error: unknown): error is KafkaError {
  return error instanceof ConnectionError || error instanceof TimeoutError || error instanceof ProtocolError
}
