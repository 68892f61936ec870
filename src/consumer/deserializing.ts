import { deserialized } from './deserialized-message'
import type { Deserializers } from './deserializer'
import type { Piece } from './fetched'
import type { PartitionLine } from './partition-line'

/** Runs the deserializers of a subscription, for one piece of a partition at a time: so order is kept while they run. */
export class Deserializing {
  readonly #by: Deserializers
  readonly #ended: (line: PartitionLine) => void
  #underWay = 0

  /** @param ended there is something to deliver, unless it was forgotten meanwhile */
  constructor(by: Deserializers, ended: (line: PartitionLine) => void) {
    this.#by = by
    this.#ended = ended
  }

  /** Pieces that are waited for. */
  get underWay(): number {
    return this.#underWay
  }

  begin(line: PartitionLine, piece: Piece): void {
    const { upcoming } = line
    upcoming.begin(piece)
    const messages = deserialized(piece.messages, this.#by)
    if (!(messages instanceof Promise)) {
      upcoming.end(piece, messages)
      return this.#ended(line)
    }
    this.#underWay++
    void messages.then(made => {
      this.#underWay--
      upcoming.end(piece, made)
      this.#ended(line)
    })
  }
}
