import type { Clock, Timer } from './clock'
import { ArgumentError } from './errors'

interface Entry {
  at: number
  order: number
  task: () => void
}

/**
 * Time that moves only when told to. Tasks run in order of their time, then of their scheduling; between two
 * tasks the micro-task queue is emptied, as the event loop does.
 */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  #entries: Entry[] = []

  /** @param start milliseconds since the epoch; default 2026-01-01. ArgumentError for what is no time. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    checkMs('VirtualClock start', start)
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(ms: number, task: () => void): Timer {
    return this.#schedule(this.#now + Math.max(0, ms), task)
  }

  soon(task: () => void): Timer {
    return this.#schedule(this.#now, task)
  }

  /** How many tasks wait. */
  get pending(): number {
    return this.#entries.length
  }

  /**
   * Runs everything due within the next `ms`, in order, and leaves the clock at the end of that time. Rejects with an
   * ArgumentError for what is no time.
   */
  async advance(ms: number): Promise<void> {
    checkMs('advance ms', ms)
    const until = this.#now + ms
    await settleMicrotasks()
    for (let entry = this.#nextUntil(until); entry; entry = this.#nextUntil(until)) {
      this.#now = Math.max(this.#now, entry.at)
      entry.task()
      await settleMicrotasks()
    }
    this.#now = until
  }

  /** Advances until `done` holds; fails after `limitMs` of virtual time, so that a stall is seen. */
  async until(done: () => boolean, limitMs = 600_000): Promise<void> {
    if (typeof done !== 'function')
      throw new ArgumentError('until condition', done, 'a function that answers true or false')
    checkMs('limitMs', limitMs)
    const end = this.#now + limitMs
    await settleMicrotasks()
    while (!done()) {
      const entry = this.#nextUntil(end)
      if (entry === undefined) throw new Error(`still waiting after ${limitMs} ms of virtual time`)
      this.#now = Math.max(this.#now, entry.at)
      entry.task()
      await settleMicrotasks()
    }
  }

  /** Advances until this has ended, and answers how: `await clock.outcomeOf(client.close())`. */
  async outcomeOf<T>(work: PromiseLike<T>, limitMs?: number): Promise<T> {
    if (typeof (work as Partial<PromiseLike<T>> | null | undefined)?.then !== 'function')
      throw new ArgumentError('outcomeOf work', work, 'a promise or a Deferred, such as client.close()')
    let hasEnded = false
    const ended = (): void => {
      hasEnded = true
    }
    work.then(ended, ended)
    await this.until(() => hasEnded, limitMs)
    return work
  }

  #schedule(at: number, task: () => void): Timer {
    const entry = { at, order: this.#order++, task }
    this.#entries.push(entry)
    return {
      cancel: () => {
        const index = this.#entries.indexOf(entry)
        if (index >= 0) this.#entries.splice(index, 1)
      },
    }
  }

  #nextUntil(until: number): Entry | undefined {
    let best: Entry | undefined
    for (const entry of this.#entries) {
      if (entry.at > until) continue
      if (best === undefined || entry.at < best.at || (entry.at === best.at && entry.order < best.order))
        best = entry
    }
    if (best) this.#entries.splice(this.#entries.indexOf(best), 1)
    return best
  }
}

function checkMs(what: string, ms: unknown): void {
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0)
    throw new ArgumentError(what, ms, 'milliseconds from 0')
}

/** Lets promise reactions run, and the reactions that they cause, a bounded number of rounds. */
async function settleMicrotasks(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve()
}
