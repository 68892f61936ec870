import type { Wrong } from './account'

export const outcomes = { none: 0, delivered: 1, unknown: 2, unwritten: 3 } as const
export type Outcome = (typeof outcomes)[keyof typeof outcomes]

const maxExamples = 8

/** The calls for one partition, in their order, and how they lie in its log. */
export class PartitionPage {
  readonly name: string
  calls = 0
  #outcomes = new Uint8Array(64)
  #outcomeCounts = new Uint8Array(64)
  #offsets = new Float64Array(64)
  /** In which life of the log it was seen last; 0: in none. */
  #seen = new Uint8Array(64)
  #life = 1
  #isLocated = new Uint8Array(64)
  #lastDelivered = -1
  /** What has to come next in the log: a part of the call that was begun. */
  #wanted: { readonly call: number; readonly part: number } | undefined
  readonly doubled = noWrong()
  readonly disordered = noWrong()
  readonly torn = noWrong()

  constructor(name: string) {
    this.name = name
  }

  /** Its number. */
  open(): number {
    if (this.calls === this.#outcomes.length) this.#grow()
    return this.calls++
  }

  end(call: number, outcome: Outcome, offset = -1): void {
    this.#outcomes[call] = outcome
    this.#outcomeCounts[call]!++
    this.#offsets[call] = offset
  }

  /** Those with an unknown outcome that are in the log. */
  get written(): number {
    return this.#which(call => this.#outcomes[call] === outcomes.unknown && this.#seen[call]! > 0).count
  }

  /** Whether so many of the first calls have an outcome. */
  hasEnded(calls: number): boolean {
    return !this.#outcomeCounts.subarray(0, calls).includes(0)
  }

  count(outcome: Outcome): number {
    return this.#which(call => this.#outcomes[call] === outcome).count
  }

  /** The next message in the log; -1 for an offset that is not known. */
  read(call: number, part: number, parts: number, offset: number): void {
    const isWanted =
      this.#wanted === undefined ? part === 0 : this.#wanted.call === call && this.#wanted.part === part
    if (!isWanted) note(this.torn, this.#say(call))
    this.#wanted = part + 1 < parts ? { call, part: part + 1 } : undefined
    if (part > 0) return
    if (this.#offsets[call] === offset) this.#isLocated[call] = 1
    if (this.#seen[call] === this.#life) return note(this.doubled, this.#say(call))
    this.#seen[call] = this.#life
    if (this.#outcomes[call] !== outcomes.delivered) return
    if (call < this.#lastDelivered) note(this.disordered, this.#say(call))
    else this.#lastDelivered = call
  }

  /** Another log begins: the topic was deleted and created again. */
  turn(): void {
    if (this.#wanted) note(this.torn, this.#say(this.#wanted.call))
    this.#wanted = undefined
    this.#lastDelivered = -1
    this.#life++
  }

  get unended(): Wrong {
    return this.#which(call => this.#outcomeCounts[call] === 0)
  }

  get ambiguous(): Wrong {
    return this.#which(call => this.#outcomeCounts[call]! > 1)
  }

  get lost(): Wrong {
    return this.#which(call => this.#outcomes[call] === outcomes.delivered && !this.#seen[call])
  }

  get misplaced(): Wrong {
    return this.#which(
      call =>
        this.#outcomes[call] === outcomes.delivered &&
        this.#seen[call]! > 0 &&
        this.#offsets[call]! >= 0 &&
        !this.#isLocated[call],
    )
  }

  get lies(): Wrong {
    return this.#which(call => this.#outcomes[call] === outcomes.unwritten && this.#seen[call]! > 0)
  }

  #which(isSo: (call: number) => boolean): Wrong {
    const wrong = noWrong()
    for (let call = 0; call < this.calls; call++) if (isSo(call)) note(wrong, this.#say(call))
    return wrong
  }

  #say(call: number): string {
    return `${this.name} call ${call}`
  }

  #grow(): void {
    const length = 2 * this.#outcomes.length
    this.#outcomes = grown(this.#outcomes, new Uint8Array(length))
    this.#outcomeCounts = grown(this.#outcomeCounts, new Uint8Array(length))
    this.#offsets = grown(this.#offsets, new Float64Array(length))
    this.#seen = grown(this.#seen, new Uint8Array(length))
    this.#isLocated = grown(this.#isLocated, new Uint8Array(length))
  }
}

function grown<A extends Uint8Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}

function noWrong(): Wrong {
  return { count: 0, examples: [] }
}

function note(wrong: Wrong, example: string): void {
  wrong.count++
  if (wrong.examples.length < maxExamples && !wrong.examples.includes(example)) wrong.examples.push(example)
}
