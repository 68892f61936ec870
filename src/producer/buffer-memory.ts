import { BufferFullError, BufferPool, classOf, type Clock } from '../kernel'
import type { BatchMemory } from '../protocol'

/** What a delivery counts for. */
export const deliveryBytes = 128
/** What a batch of one call counts for beside its messages. */
export const batchOverhead = deliveryBytes + 128

/** Who holds the buffers. */
interface BufferUser {
  /** Somebody waits for room: what waits for company had better leave. */
  hurry(): void
  /** Says, for an error, who has most of it. */
  readonly holder: { describe(held: number): string }
}

/**
 * What the messages of one producer may take, `maxBufferedBytes`: the buffers of its batches, what waits for a topic,
 * and the deliveries. Buffers that lie idle to be used again count too, and make way.
 */
export class BufferMemory implements BatchMemory {
  readonly #limit: number
  readonly #pool: BufferPool
  readonly #clock: Clock
  readonly #user: () => BufferUser
  readonly #whenRoom: (() => void)[] = []
  #held = 0
  #isTelling = false
  #isLenient = false

  constructor(limit: number, clock: Clock, user: () => BufferUser) {
    this.#limit = limit
    this.#clock = clock
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

  /** Whether there is room for so many bytes more. */
  hasRoomFor(bytes: number): boolean {
    return this.#held + bytes <= this.#limit || this.#isLenient
  }

  /** Throws BufferFullError when so many bytes more are too many. */
  check(bytes: number): void {
    if (this.hasRoomFor(bytes)) return
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

  /**
   * One of the pool's sizes if there is room for that, else as small as may be. Does not check: what was accepted must
   * not fail for lack of memory when it is compressed or divided.
   */
  acquire(minBytes: number): Buffer {
    const size = classOf(minBytes)
    const isRoomy = this.#held + size + deliveryBytes <= this.#limit
    this.#held += isRoomy ? size : minBytes
    const buffer = isRoomy ? this.#pool.acquire(minBytes) : Buffer.allocUnsafeSlow(minBytes)
    this.#pool.trim(this.#limit - this.#held)
    return buffer
  }

  release(buffer: Buffer): void {
    this.#pool.release(buffer)
    this.#pool.trim(this.#limit - this.#held + buffer.length)
    this.count(-buffer.length)
  }

  /** Tells once when there is room: now, or on a later turn, since memory is let go of in the midst of things. */
  whenRoom(tell: () => void): void {
    if (this.hasRoom) {
      tell()
      return
    }
    this.#whenRoom.push(tell)
    this.#user().hurry()
  }

  #tell(): void {
    if (this.#isTelling || !this.hasRoom || this.#whenRoom.length === 0) return
    this.#isTelling = true
    this.#clock.soon(() => {
      this.#isTelling = false
      if (this.hasRoom) for (const tell of this.#whenRoom.splice(0)) tell()
    })
  }
}
