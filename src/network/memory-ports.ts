const first = 40_000
const last = 65_535

/** Numbers for ports that nobody asked for by number: one after another, and round again, as a system gives them. */
export class MemoryPorts {
  #next = first

  /** The next one that is free; undefined when none is. */
  take(isTaken: (port: number) => boolean): number | undefined {
    for (let tries = first; tries <= last; tries++) {
      const port = this.#next
      this.#next = port === last ? first : port + 1
      if (!isTaken(port)) return port
    }
    return undefined
  }
}
