/** What is compressed on another thread. */
interface Compressed {
  /** Nobody wants it any more. */
  readonly isReleased: boolean
  /** Ends, and never fails, when the thread reads its bytes no more. */
  compressOnThread(): Promise<void>
}

/**
 * Batches of one producer that are compressed on other threads at a time. Node has four for everything: files and names
 * are looked up by them too.
 */
const maxRunning = 2

/** Below it the way to another thread and back, some 80 µs, costs more than it saves; in bytes before compression. */
const fewestBytes = 64 * 1024

/** Compresses large batches on other threads, a few at a time, in the order in which they were sealed. */
export class Compressors {
  readonly #done: () => void
  readonly #waiting: Compressed[] = []
  #running = 0

  /** @param done told when a batch is ready or has failed */
  constructor(done: () => void) {
    this.#done = done
  }

  /** Whether a batch of so many bytes is one for another thread. */
  takes(bytes: number): boolean {
    return bytes >= fewestBytes
  }

  add(batch: Compressed): void {
    this.#waiting.push(batch)
    this.#start()
  }

  #start(): void {
    while (this.#running < maxRunning) {
      const batch = this.#waiting.shift()
      if (batch === undefined) return
      if (!batch.isReleased) void this.#run(batch)
    }
  }

  async #run(batch: Compressed): Promise<void> {
    this.#running++
    await batch.compressOnThread()
    this.#running--
    this.#start()
    this.#done()
  }
}
