/** A running timer or a scheduled turn; `cancel` is idempotent. */
export interface Timer {
  cancel(): void
}

/**
 * The only source of time. Everything that waits, waits on a `Clock`, so that a test can move time by hand.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Monotonic milliseconds, for measuring how long something took. */
  monotonic(): number
  /** Calls `task` once after `ms`. */
  after(ms: number, task: () => void): Timer
  /** Calls `task` on the next turn of the event loop, after pending I/O. */
  soon(task: () => void): Timer
}

const longestMs = 0x7fffffff

/** The real time of this process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, task) => {
    // What a timer of Node's cannot wait is waited for in parts.
    const part = Math.min(ms, longestMs)
    let timer = setTimeout(next, part)
    let left = ms - part
    function next(): void {
      if (left <= 0) return task()
      const more = Math.min(left, longestMs)
      left -= more
      timer = setTimeout(next, more)
    }
    return { cancel: () => clearTimeout(timer) }
  },
  soon: task => {
    const immediate = setImmediate(task)
    return { cancel: () => clearImmediate(immediate) }
  },
}
