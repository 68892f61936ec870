import type { Batch, Clock, Consumer, StartOffset } from 'rx-kafka'

/** What consumers deliver, to be taken when there is time for it; what is not acked bounds how much waits here. */
export class Inbox {
  readonly #clock: Clock
  readonly #batches: Batch[] = []
  readonly #stops: (() => void)[] = []
  #wake: (() => void) | undefined
  #failure: { readonly error: unknown } | undefined
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Reads with one more consumer. */
  open(consumer: Consumer, start: StartOffset): void {
    const subscription = consumer.start(start).subscribe({
      next: batch => {
        this.#batches.push(batch)
        this.#wake?.()
      },
      error: (error: unknown) => {
        this.#failure ??= { error }
        this.#wake?.()
      },
      complete: () => this.close(),
    })
    this.#stops.push(() => subscription.unsubscribe())
  }

  /** The next batch; undefined when none comes within so many ms, or the inbox is closed. */
  async next(ms: number | undefined): Promise<Batch | undefined> {
    if (this.#batches.length === 0 && !this.#failure && !this.#isClosed) await this.#arrival(ms)
    if (this.#isClosed) return undefined
    const batch = this.#batches.shift()
    if (batch === undefined && this.#failure) throw this.#failure.error
    return batch
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#wake?.()
  }

  #arrival(ms: number | undefined): Promise<void> {
    return new Promise(resolve => {
      const timer = ms === undefined ? undefined : this.#clock.after(ms, resolve)
      this.#wake = () => {
        this.#wake = undefined
        timer?.cancel()
        resolve()
      }
    })
  }
}
