import { BufferFullError, BufferPool, classOf } from '../kernel'
import type { BatchMemory } from '../protocol'

/** Who holds the buffers. */
interface BufferUser {
  /** Somebody waits for room: what waits for company had better leave. */
  sealAll(): void
  /** Says, for an error, who has most of it. */
  readonly holder: { describe(held: number): string }
}

const nobody: BufferUser = { sealAll: () => undefined, holder: { describe: () => '' } }

/**
 * What the messages of one producer may take, `maxBufferedBytes`: the buffers of its batches, what waits for a topic,
 * and the deliveries. Buffers that lie idle to be used again count too, and make way.
 */
export class BufferMemory implements BatchMemory {
  readonly #limit: number
  readonly #pool: BufferPool
  readonly #user: () => BufferUser
  readonly #whenRoom: (() => void)[] = []
  #held = 0
  #isLenient = false

  constructor(limit: number, user: () => BufferUser = () => nobody) {
    this.#limit = limit
    this.#user = user
    this.#pool = new BufferPool(limit)
  }

  /** Bytes held just now. */
  get held(): number {
    return this.#held
  }

  /** Whether at most half is held. */
  get hasRoom(): boolean {
    return this.#held * 2 <= this.#limit
  }

  /** Whether somebody waits for room. */
  get isShort(): boolean {
    return this.#whenRoom.length > 0
  }

  /** Throws BufferFullError when so many bytes more are too many. */
  check(bytes: number): void {
    if (this.#held + bytes <= this.#limit || this.#isLenient) return
    const most = this.#user().holder.describe(this.#held)
    const holder = most === '' ? '' : `; ${most}`
    throw new BufferFullError(
      `${bytes} bytes more would pass maxBufferedBytes (${this.#limit}); wait for producer.ready()${holder}`,
    )
  }

  /** Does something with what was accepted before, which must not fail for lack of memory any more. */
  lenient(work: () => void): void {
    this.#isLenient = true
    try {
      work()
    } finally {
      this.#isLenient = false
    }
  }

  /** Counts what lies elsewhere; negative when it is gone. */
  count(bytes: number): void {
    this.#held += bytes
    if (bytes < 0) this.#tell()
  }

  /** Does not check: what was accepted must not fail for lack of memory when it is compressed or divided. */
  acquire(minBytes: number): Buffer {
    this.#held += classOf(minBytes)
    const buffer = this.#pool.acquire(minBytes)
    this.#pool.trim(this.#limit - this.#held)
    return buffer
  }

  release(buffer: Buffer): void {
    this.#pool.release(buffer)
    this.#pool.trim(this.#limit - this.#held + buffer.length)
    this.count(-buffer.length)
  }

  /** Tells once when there is room. */
  whenRoom(tell: () => void): void {
    if (this.hasRoom) {
      tell()
      return
    }
    this.#whenRoom.push(tell)
    this.#user().sealAll()
  }

  #tell(): void {
    while (this.hasRoom && this.#whenRoom.length > 0) {
      for (const tell of this.#whenRoom.splice(0)) tell()
    }
  }
}
