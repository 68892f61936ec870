import { partitionKey, type ReceivedMessage } from '../../kernel'

type Received = ReceivedMessage<unknown, unknown>

export type Ordering = 'partition' | 'key' | 'unordered'

/** Things to do of which those of one lane go one after another: which may be begun now, in the order they came. */
export class Lanes<T extends { readonly message: Received }> {
  readonly #nameOf: (message: Received) => string | undefined
  /** What waits behind something of its lane that was begun; a lane without an entry is free. */
  readonly #waiting = new Map<string, T[]>()
  #ready: T[] = []
  #next = 0

  constructor(ordering: Ordering) {
    this.#nameOf = namers[ordering]
  }

  add(task: T): void {
    const name = this.#nameOf(task.message)
    const waiting = name === undefined ? undefined : this.#waiting.get(name)
    if (waiting) waiting.push(task)
    else {
      if (name !== undefined) this.#waiting.set(name, [])
      this.#ready.push(task)
    }
  }

  /** The next that may be begun; until it is ended, none of its lane is. */
  take(): T | undefined {
    const task = this.#ready[this.#next]
    if (task === undefined) return undefined
    this.#next++
    // Taking from the front of a long array would move all that is behind it.
    if (this.#next * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#next)
      this.#next = 0
    }
    return task
  }

  /** What was taken has not ended, and is to be taken once more. */
  again(task: T): void {
    this.#ready.push(task)
  }

  ended({ message }: T): void {
    const name = this.#nameOf(message)
    if (name === undefined) return
    const waiting = this.#waiting.get(name)
    const next = waiting?.shift()
    if (next) this.#ready.push(next)
    else this.#waiting.delete(name)
  }

  /** Forgets what was not taken yet: all of a lane, or nothing. */
  drop(isUnwanted: (task: T) => boolean): void {
    for (const [name, waiting] of this.#waiting)
      this.#waiting.set(
        name,
        waiting.filter(task => !isUnwanted(task)),
      )
    const ready = this.#ready.slice(this.#next)
    this.#ready = ready.filter(task => !isUnwanted(task))
    this.#next = 0
    for (const task of ready) if (isUnwanted(task)) this.ended(task)
  }
}

const namers: Readonly<Record<Ordering, (message: Received) => string | undefined>> = {
  unordered: () => undefined,
  partition: partitionKey,
  key: message =>
    message.raw.key === null
      ? partitionKey(message)
      : `${partitionKey(message)}:${message.raw.key.toString('latin1')}`,
}
