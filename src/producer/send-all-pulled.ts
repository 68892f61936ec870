import { ArgumentError, type BufferFullError } from '../kernel'
import type { SendAllRow, SendAllSource } from './send-all-row'
import type { PassingMessage, PulledSource } from './send-all-types'

/** After so many messages others have a turn. */
const maxInOneTurn = 10_000

const nothing = Symbol('nothing')

/** Messages of an iterable, each read only when there is room for it. */
export class PulledMessages<Value, M extends PassingMessage<Value>> implements SendAllSource {
  readonly #row: SendAllRow<Value>
  #iterator: Iterator<M, unknown> | AsyncIterator<M, unknown> | undefined
  #isAsync = false
  /** Read and not handed over, for lack of room. */
  #held: M | typeof nothing = nothing
  #leftInTurn = maxInOneTurn
  /** It is at it, or will go on by itself: `more` is not needed. */
  #isBusy = false
  /** The iterator is being asked, and must not be closed meanwhile. */
  #isAsking = false
  #isStopped = false
  /** The iterator has ended, or was closed. */
  #isDone = false

  constructor(row: SendAllRow<Value>) {
    this.#row = row
    row.readFrom(this)
  }

  readFrom(source: PulledSource<M>): void {
    try {
      this.#isAsync = Symbol.asyncIterator in source
      this.#iterator =
        Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
    } catch (error) {
      this.#broke(error)
      return
    }
    this.more()
  }

  more(): void {
    if (this.#isBusy || this.#isDone) return
    this.#isBusy = true
    this.#isBusy = this.#goOn()
  }

  stop(): void {
    this.#isStopped = true
    this.#held = nothing
    if (!this.#isAsking) this.#close()
  }

  /** Reads while there is place. Answers whether it will go on by itself. */
  #goOn(): boolean {
    while (this.#row.hasPlace) {
      const held = this.#held
      if (held === nothing) {
        if (this.#mayRead() && this.#read()) continue
        return true
      }
      const full = this.#row.offer(held)
      if (!full) this.#held = nothing
      else if (!this.#row.context.memory.hasRoom) return this.#waitForRoom()
      // Its batch needs more than half of the memory: when one that is under way lands there is more of it.
      else if (this.#row.length > 0) break
      else this.#refuse(held, full)
    }
    if (!this.#isStopped) this.#row.context.hurry()
    return false
  }

  #mayRead(): boolean {
    if (this.#leftInTurn-- > 0) return true
    this.#leftInTurn = maxInOneTurn
    this.#row.context.clock.soon(this.#resume)
    return false
  }

  /** Answers false if the next message comes later, or never. */
  #read(): boolean {
    this.#isAsking = !this.#isAsync
    try {
      const result = this.#iterator!.next()
      if (this.#isAsync) void Promise.resolve(result).then(this.#came, this.#broke)
      else return this.#take(result as IteratorResult<M, unknown>)
    } catch (error) {
      this.#broke(error)
    } finally {
      this.#isAsking = false
      if (this.#isStopped) this.#close()
    }
    return false
  }

  #take(result: IteratorResult<M, unknown>): boolean {
    if (typeof result !== 'object' || result === null)
      throw new ArgumentError('result of next()', result, 'an object with done and value')
    if (result.done !== true) {
      if (!this.#isStopped) this.#held = result.value
      return !this.#isStopped
    }
    this.#isDone = true
    this.#row.ended()
    return false
  }

  readonly #came = (result: IteratorResult<M, unknown>): void => {
    try {
      if (this.#take(result)) this.#resume()
    } catch (error) {
      this.#broke(error)
    }
  }

  readonly #broke = (error: unknown): void => {
    this.#isDone = true
    this.#row.ended({ error })
  }

  readonly #resume = (): void => {
    this.#isBusy = false
    this.more()
  }

  #waitForRoom(): true {
    this.#row.context.memory.whenRoom(this.#resume)
    return true
  }

  #refuse(held: M, full: BufferFullError): void {
    this.#held = nothing
    this.#row.fail(held, full)
  }

  /** Tells the iterator that nobody reads on. What it says to that interests nobody any more. */
  #close(): void {
    if (this.#isDone) return
    this.#isDone = true
    try {
      const left = this.#iterator?.return?.()
      if (this.#isAsync) Promise.resolve(left).catch(ignored)
    } catch {
      // As above.
    }
  }
}

function ignored(): void {
  // As in #close.
}
