import type { Subscription } from 'rxjs'
import {
  DeserializationError,
  ProcessingError,
  ProcessingTimeoutError,
  type Clock,
  type KafkaError,
  type Random,
  type Timer,
} from '../../kernel'
import { retryPause } from '../../client'
import type { OnProcessError, TaskSettings } from './options'
import { runHandler } from './run-handler'

/** Something that a handler is called with. */
interface Task {
  readonly topic: string
  readonly partition: number
}

interface TasksContext<T extends Task> {
  readonly clock: Clock
  readonly random: Random
  readonly settings: TaskSettings
  readonly handler: (task: T) => unknown
  /** For texts. */
  readonly offsetOf: (task: T) => bigint
  readonly done: (task: T) => void
  /** The stream is to end with this; the task is not done. */
  readonly failed: (task: T, error: KafkaError) => void
  /** It failed, and that is how it stays; it counts as done. */
  readonly skipped: (task: T, error: KafkaError) => void
  /** It failed, and its partition waits until somebody resumes it. */
  readonly paused: (task: T, error: KafkaError) => void
}

interface Running {
  /** Monotonic ms by which the call has to end; none is under way while it waits for the next one. */
  until: number
  attempts: number
  work: Subscription | Timer | undefined
}

/** Calls a handler for one thing after another or side by side, as it is told, and does with failures as `onError` says. */
export class Tasks<T extends Task> {
  readonly #context: TasksContext<T>
  readonly #running = new Map<T, Running>()
  #watch: Timer | undefined

  constructor(context: TasksContext<T>) {
    this.#context = context
  }

  get count(): number {
    return this.#running.size
  }

  /** How many of these are under way. */
  countOf(isCounted: (task: T) => boolean): number {
    return [...this.#running.keys()].filter(isCounted).length
  }

  begin(task: T): void {
    const running: Running = { until: Infinity, attempts: 0, work: undefined }
    this.#running.set(task, running)
    this.#attempt(task, running)
  }

  /** Gives up what can be given up of these; nobody is told of them any more. Answers which. */
  giveUp(isUnwanted: (task: T) => boolean): readonly T[] {
    const unwanted = [...this.#running].filter(([task]) => isUnwanted(task))
    for (const [task, running] of unwanted) this.#end(task, running)
    return unwanted.map(([task]) => task)
  }

  /** Gives up all that can be given up; nobody is told of them any more. */
  stop(): void {
    this.#watch?.cancel()
    this.giveUp(() => true)
  }

  #attempt(task: T, running: Running): void {
    running.attempts++
    this.#call(
      task,
      running,
      () => this.#context.handler(task),
      error => this.#judge(task, running, error),
    )
  }

  /** What ends before it is known what would give it up, has ended all the same. */
  #call(task: T, running: Running, handler: () => unknown, failed: (error: unknown) => void): void {
    const { clock, settings } = this.#context
    running.until = clock.monotonic() + settings.maxProcessingMs
    this.#keepWatch()
    const isOurs = (): boolean => this.#running.get(task) === running
    const work = runHandler(handler, {
      done: () => {
        if (isOurs()) this.#done(task, running)
      },
      failed: error => {
        if (isOurs()) failed(error)
      },
    })
    if (!isOurs()) work.unsubscribe()
    else if (!work.closed) running.work = work
  }

  #done(task: T, running: Running): void {
    this.#end(task, running)
    this.#context.done(task)
  }

  #judge(task: T, running: Running, cause: unknown): void {
    const { settings, skipped, paused } = this.#context
    const onError = settings.onError as OnProcessError<T>
    if (typeof onError === 'function') {
      this.#call(
        task,
        running,
        () => onError(task, cause),
        error => this.#fail(task, running, bothOf(cause, error)),
      )
      return
    }
    if (onError === 'retry' && running.attempts < settings.maxAttempts) return this.#again(task, running)
    if (onError === 'fail' || onError === 'retry') return this.#fail(task, running, cause)
    this.#end(task, running)
    const error = this.#errorOf(task, running, cause)
    if (onError === 'skip') skipped(task, error)
    else paused(task, error)
  }

  #again(task: T, running: Running): void {
    const { clock, random, settings } = this.#context
    const pauseMs = retryPause({ random, ...settings }, running.attempts - 1)
    running.until = Infinity
    running.work = clock.after(pauseMs, () => this.#attempt(task, running))
  }

  #fail(task: T, running: Running, cause: unknown): void {
    this.#end(task, running)
    this.#context.failed(task, this.#errorOf(task, running, cause))
  }

  #errorOf(task: T, { attempts }: Running, cause: unknown): KafkaError {
    return cause instanceof DeserializationError
      ? cause
      : new ProcessingError(this.#where(task), cause, attempts)
  }

  #end(task: T, { work }: Running): void {
    this.#running.delete(task)
    if (work === undefined) return
    if ('unsubscribe' in work) work.unsubscribe()
    else work.cancel()
  }

  #where(task: T) {
    const { topic, partition } = task
    return { topic, partition, offset: this.#context.offsetOf(task) }
  }

  /** One timer for all: whatever is begun while it runs has more time than it. */
  #keepWatch(): void {
    if (this.#watch) return
    const { clock } = this.#context
    const soonest = Math.min(...[...this.#running.values()].map(({ until }) => until))
    if (soonest === Infinity) return
    this.#watch = clock.after(Math.max(1, Math.ceil(soonest - clock.monotonic())), () => {
      this.#watch = undefined
      this.#look(clock.monotonic())
      this.#keepWatch()
    })
  }

  #look(now: number): void {
    const { settings, failed } = this.#context
    for (const [task, running] of [...this.#running]) {
      if (now < running.until) continue
      this.#end(task, running)
      failed(task, new ProcessingTimeoutError(this.#where(task), settings.maxProcessingMs))
    }
  }
}

/** Why the handler failed, and why what was to be done about that did. */
function bothOf(cause: unknown, error: unknown): Error {
  const [first, then] = [cause, error].map(one => (one instanceof Error ? one.message : String(one)))
  return new AggregateError([cause, error], `${first}; then onError failed: ${then}`)
}
