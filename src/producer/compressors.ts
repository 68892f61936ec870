import type { Codec, CompressionType } from '../kernel'

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

/**
 * From so many bytes on, before compression, a codec works for about half a millisecond or more at its default level.
 * The way to another thread and back costs some 80 µs.
 */
const fewestBytes: Readonly<Partial<Record<CompressionType, number>>> = { gzip: 64 * 1024, zstd: 128 * 1024 }

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
  takes({ type, compressAsync }: Codec, bytes: number): boolean {
    return compressAsync !== undefined && bytes >= (fewestBytes[type] ?? Infinity)
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
