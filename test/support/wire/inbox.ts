/** How long a case waits for what must come, in ms; then it fails and says what did not. */
export const patienceMs = 8_000

interface Waiting {
  readonly what: string
  readonly timer: NodeJS.Timeout
  readonly resolve: (frame: Buffer) => void
  readonly reject: (error: Error) => void
}

/** The frames of one connection in order of arrival, each for whoever has waited longest. */
export class Inbox {
  readonly #place: string
  readonly #waiting: Waiting[] = []
  /** Came before anybody asked for them. */
  readonly #frames: Buffer[] = []
  #received = Buffer.alloc(0)
  #isOver = false

  /** @param place whom the frames come from, for error texts */
  constructor(place: string) {
    this.#place = place
  }

  /** Frames that nobody has asked for. */
  get unread(): readonly Buffer[] {
    return this.#frames
  }

  /** The next frame, without its length. Fails when the connection ends first, and when it takes too long. */
  next(what: string): Promise<Buffer> {
    const frame = this.#frames.shift()
    if (frame) return Promise.resolve(frame)
    if (this.#isOver) return Promise.reject(this.#closedInstead(what))
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${this.#place}: ${what} did not come within ${patienceMs} ms`))
      this.#waiting.push({ what, timer: setTimeout(late, patienceMs), resolve, reject })
    })
  }

  /** Bytes as they come, in whatever pieces. */
  take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      const end = 4 + this.#received.readInt32BE(0)
      this.#give(this.#received.subarray(4, end))
      this.#received = this.#received.subarray(end)
    }
  }

  /** No more will come. */
  end(): void {
    this.#isOver = true
    for (const { what, timer, reject } of this.#waiting.splice(0)) {
      clearTimeout(timer)
      reject(this.#closedInstead(what))
    }
  }

  /** Nobody waits any more, and nobody is told. */
  forget(): void {
    for (const { timer } of this.#waiting.splice(0)) clearTimeout(timer)
  }

  #give(frame: Buffer): void {
    const first = this.#waiting.shift()
    if (!first) return void this.#frames.push(frame)
    clearTimeout(first.timer)
    first.resolve(frame)
  }

  #closedInstead(what: string): Error {
    return new Error(`${this.#place}: the broker closed the connection, and ${what} did not come`)
  }
}
