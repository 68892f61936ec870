/** What a reader was given of one partition and what it has done, held against the log. */
export class PartitionBook {
  /** All before it is done, or gone from the log. */
  watermark = 0n
  /** What comes next; undefined at the beginning of a subscription. */
  #expected: bigint | undefined
  readonly #name: string
  /** Whether a later subscription leaves out what was done before. */
  readonly #skipsDone: boolean
  readonly #done = new Set<bigint>()
  /** Offsets that the log did not have, as events told, since the last delivery. */
  readonly #resets = new Set<bigint>()
  readonly #given = new Set<bigint>()
  /** Messages that were given more than once, in subscriptions one after another. */
  repeated = 0

  constructor(name: string, skipsDone: boolean) {
    this.#name = name
    this.#skipsDone = skipsDone
  }

  get given(): number {
    return this.#given.size
  }

  /** Whether all that is in the log was given, in this subscription or as done before it. */
  hasAll(logStart: bigint, end: bigint): boolean {
    return logStart >= end || (this.#expected ?? this.watermark) >= end
  }

  /** Another subscription begins. */
  begin(): void {
    this.#expected = undefined
    this.#resets.clear()
  }

  /** An event tells that the log does not have this offset. */
  reset(from: bigint): void {
    this.#resets.add(from)
  }

  /** Throws when this is not what comes next. */
  give(offset: bigint, value: string, logStart: bigint): void {
    const where = `${this.#name} offset ${offset}`
    if (value.split(' ')[0] !== String(offset)) throw new Error(`${where}: it holds ${value.slice(0, 20)}`)
    this.#forgetBefore(logStart)
    if (this.#expected === undefined) {
      if (offset > this.watermark && !this.#allDone(this.watermark, offset))
        throw new Error(`${where}: begins behind ${this.watermark}, which is not done`)
    } else if (offset < this.#expected)
      throw new Error(`${where}: comes again, ${this.#expected} is the next`)
    else this.#checkGap(this.#expected, offset, logStart)
    if (this.#given.has(offset)) this.repeated++
    this.#given.add(offset)
    this.#expected = offset + 1n
  }

  done(offset: bigint): void {
    this.#done.add(offset)
    this.#advance()
  }

  /** Throws when this says more than what is done. */
  committed(offset: bigint, logStart: bigint): void {
    this.#forgetBefore(logStart)
    if (offset > this.watermark)
      throw new Error(`${this.#name}: committed is ${offset}, done is what is before ${this.watermark}`)
  }

  #checkGap(expected: bigint, offset: bigint, logStart: bigint): void {
    let from = expected
    while (from < offset && this.#skipsDone && this.#done.has(from)) from++
    if (from === offset) return
    if (!this.#resets.has(from))
      throw new Error(`${this.#name}: from ${from} to ${offset} was left out, and no event says why`)
    if (offset > logStart)
      throw new Error(`${this.#name}: goes on at ${offset}, though the log has all from ${logStart} on`)
    this.#resets.clear()
  }

  #allDone(from: bigint, to: bigint): boolean {
    if (!this.#skipsDone) return false
    for (let offset = from; offset < to; offset++) if (!this.#done.has(offset)) return false
    return true
  }

  #forgetBefore(logStart: bigint): void {
    if (this.watermark < logStart) this.watermark = logStart
    this.#advance()
  }

  #advance(): void {
    while (this.#done.has(this.watermark)) this.watermark++
  }
}
