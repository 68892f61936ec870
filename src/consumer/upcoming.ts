import type { ReceivedMessage } from '../kernel'
import { failureOf } from './deserialized-message'
import type { Piece } from './fetched'
import type { Position } from './position'

export type AnyPiece = Piece<ReceivedMessage<unknown, unknown>>

/** A piece that was delivered, under the sequence that it has. */
export interface Delivered {
  readonly sequence: number
  readonly piece: AnyPiece
}

/** What is delivered of a partition before anything more is read: what came back, then what is being deserialized. */
export class Upcoming {
  #back: Delivered[] = []
  #parts: AnyPiece[] = []
  #pending: Piece | undefined

  /** Whether there is something to deliver. */
  get isReady(): boolean {
    return this.#back.length > 0 || this.#parts.length > 0
  }

  /** Whether deserializers are at work; until they are done nothing more is read. */
  get isPending(): boolean {
    return this.#pending !== undefined
  }

  /** The offset of what comes first. */
  get offset(): bigint | undefined {
    return this.#back[0]?.piece.messages[0]!.offset ?? this.undelivered?.offset
  }

  /** Where what was never delivered begins. */
  get undelivered(): Position | undefined {
    const piece = this.#parts[0] ?? this.#pending
    return piece && { offset: piece.messages[0]!.offset, leaderEpoch: piece.position.leaderEpoch }
  }

  /** These were delivered, are not done, and come again in their order. */
  giveBack(delivered: readonly Delivered[]): void {
    this.#back = [...this.#back, ...delivered].sort((a, b) => a.sequence - b.sequence)
  }

  takeBack(): Delivered | undefined {
    return this.#back.shift()
  }

  takePart(): AnyPiece | undefined {
    return this.#parts.shift()
  }

  /** Deserializers are at this piece. */
  begin(piece: Piece): void {
    this.#pending = piece
  }

  /** They are done with it. */
  end(piece: Piece, messages: AnyPiece['messages']): void {
    // Forgotten meanwhile.
    if (this.#pending !== piece) return
    this.#pending = undefined
    this.#parts = parted({ ...piece, messages })
  }

  /** Forgets what was never delivered. */
  dropUndelivered(): void {
    for (const piece of this.#parts.splice(0)) release(piece)
    if (this.#pending) release(this.#pending)
    this.#pending = undefined
  }

  drop(): void {
    this.dropUndelivered()
    for (const { piece } of this.#back.splice(0)) release(piece)
  }
}

export function release({ holdings }: Pick<AnyPiece, 'holdings'>): void {
  for (const holding of holdings) holding.release()
}

/** The piece, cut so that whatever could not be deserialized is alone. */
function parted(piece: AnyPiece): AnyPiece[] {
  const { messages } = piece
  if (!messages.some(failureOf)) return [piece]
  const parts: AnyPiece[] = []
  let from = 0
  messages.forEach((message, index) => {
    if (!failureOf(message)) return
    if (index > from) parts.push(part(piece, from, index))
    parts.push(part(piece, index, index + 1))
    from = index + 1
  })
  if (from < messages.length) parts.push(part(piece, from, messages.length))
  release(piece)
  return parts
}

function part({ messages, position, bytes, holdings }: AnyPiece, from: number, to: number): AnyPiece {
  const next = messages[to]
  return {
    messages: messages.slice(from, to),
    position: next ? { offset: next.offset, leaderEpoch: position.leaderEpoch } : position,
    bytes: Math.ceil((bytes * (to - from)) / messages.length),
    holdings: holdings.map(holding => holding.share()),
  }
}
