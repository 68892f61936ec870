import type { ClientCore } from '../client'

/** Bytes that are held until everybody who shares them has let go. */
export class Holding {
  readonly #free: () => void
  #holders = 1

  constructor(free: () => void) {
    this.#free = free
  }

  /** One holder more. */
  share(): this {
    this.#holders++
    return this
  }

  release(): void {
    if (--this.#holders === 0) this.#free()
  }
}

/**
 * How many bytes of fetched messages the subscriptions of one client may hold at once: each has an equal share. One that
 * holds more, since others came later, or that was left with batches in hand, is waited for by the others.
 */
export class FetchMemory {
  readonly #limit: number
  readonly #shares = new Set<ByteBudget>()
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes of one share, now. */
  get each(): number {
    return Math.floor(this.#limit / Math.max(1, this.#shares.size))
  }

  /** Bytes that nobody holds; below zero where one batch alone was larger than what was left. */
  get free(): number {
    return this.#limit - this.#held
  }

  take(bytes: number): void {
    this.#held += bytes
  }

  /** Whoever waited for others has room as well. */
  give(bytes: number): void {
    this.#held -= bytes
    for (const share of this.#shares) share.tell()
  }

  /** One subscription more: the shares of the others become smaller. */
  join(): ByteBudget {
    const share = new ByteBudget(this)
    this.#shares.add(share)
    return share
  }

  /** The shares of the others become larger. */
  leave(share: ByteBudget): void {
    this.#shares.delete(share)
    for (const other of this.#shares) other.tell()
  }
}

const memories = new WeakMap<ClientCore, FetchMemory>()

/** That of a client, as its option `maxFetchBufferBytes` has it. */
export function fetchMemoryOf(client: ClientCore): FetchMemory {
  let memory = memories.get(client)
  if (!memory) memories.set(client, (memory = new FetchMemory(client.settings.maxFetchBufferBytes)))
  return memory
}

/** How many bytes of fetched messages one subscription may hold at once. */
export class ByteBudget {
  readonly #memory: FetchMemory
  readonly #listeners = new Set<() => void>()
  #held = 0

  constructor(memory: FetchMemory) {
    this.#memory = memory
  }

  get limit(): number {
    return this.#memory.each
  }

  get held(): number {
    return this.#held
  }

  /** Below zero where one batch alone was larger than what was left, or the share has become smaller. */
  get free(): number {
    return Math.min(this.limit - this.#held, this.#memory.free)
  }

  /**
   * Whether a batch may be decompressed beside others. Half is left: for the batch, and because what was let go of is there
   * until V8 collects it.
   */
  get mayGrow(): boolean {
    return this.free * 2 > this.limit
  }

  /** Takes bytes, whether they fit or not: what has arrived is there. Who can wait asks `free` first. */
  hold(bytes: number): Holding {
    this.#held += bytes
    this.#memory.take(bytes)
    return new Holding(() => {
      this.#held -= bytes
      this.#memory.give(bytes)
    })
  }

  /** Calls back whenever there may be more room. Answers what ends that. */
  onRoom(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** There may be more room. */
  tell(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Nothing more will be held: the others may have it. */
  leave(): void {
    this.#memory.leave(this)
  }
}
