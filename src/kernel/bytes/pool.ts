/** The smallest buffer kept; each class above is twice as large. */
const smallest = 1024
/** Above this a buffer is made to measure and not kept. */
const largest = 16 * 1024 * 1024

/**
 * Buffers to use again, by size. Touching fresh memory costs several times what filling it costs, so what is
 * written again and again is written into these.
 */
export class BufferPool {
  readonly #maxIdleBytes: number
  readonly #idle = new Map<number, Buffer[]>()
  #idleBytes = 0

  /** @param maxIdleBytes how many bytes may lie idle here; what is given back beyond that is let go */
  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes
  }

  /** Bytes that lie idle here. */
  get idleBytes(): number {
    return this.#idleBytes
  }

  /** Lets go of what lies idle until at most so many bytes do. */
  trim(maxIdleBytes: number): void {
    for (const [size, idle] of this.#idle) {
      while (this.#idleBytes > maxIdleBytes && idle.pop() !== undefined) this.#idleBytes -= size
    }
  }

  /** A buffer of at least so many bytes, with whatever it held before. */
  acquire(minBytes: number): Buffer {
    const size = classOf(minBytes)
    const buffer = this.#idle.get(size)?.pop()
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size)
    this.#idleBytes -= size
    return buffer
  }

  /** Gives a whole acquired buffer back, once. Nobody may read or write it from here on. */
  release(buffer: Buffer): void {
    const size = buffer.length
    if (size !== classOf(size) || size > largest || !this.#makeRoom(size)) return
    const idle = this.#idle.get(size)
    if (idle === undefined) this.#idle.set(size, [buffer])
    else idle.push(buffer)
    this.#idleBytes += size
  }

  /** Lets go of other sizes, so that those in use now displace those of an hour ago. */
  #makeRoom(size: number): boolean {
    for (const [otherSize, idle] of this.#idle) {
      while (this.#idleBytes + size > this.#maxIdleBytes && otherSize !== size && idle.pop() !== undefined) {
        this.#idleBytes -= otherSize
      }
    }
    return this.#idleBytes + size <= this.#maxIdleBytes
  }
}

/** The size of the buffer that is given for so many bytes: the next power of two, up to 16 MiB. */
export function classOf(bytes: number): number {
  if (bytes <= smallest) return smallest
  return bytes > largest ? bytes : 2 ** (32 - Math.clz32(bytes - 1))
}
