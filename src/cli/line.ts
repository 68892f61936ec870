/** Hexadecimal text of a 128 MiB frame; brokers refuse more than 100 MiB unless told otherwise. */
const maxLineLength = 256 * 1024 * 1024

/** A line longer than can be held: only its length is known. */
export interface TooLongLine {
  readonly length: number
}

/** The lines of a text that comes in pieces, without their ends; empty ones are left out. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string | TooLongLine> {
  const line = new LineUnderWay()
  for await (const piece of pieces) {
    let start = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      line.add(piece.slice(start, end))
      start = end + 1
      yield* line.end()
    }
    line.add(piece.slice(start))
  }
  yield* line.end()
}

class LineUnderWay {
  #pieces: string[] = []
  #length = 0

  add(piece: string): void {
    this.#length += piece.length
    if (this.#length > maxLineLength) this.#pieces = []
    else this.#pieces.push(piece)
  }

  *end(): Generator<string | TooLongLine> {
    const length = this.#length
    const text = this.#pieces.join('').trim()
    this.#pieces = []
    this.#length = 0
    if (length > maxLineLength) yield { length }
    else if (text !== '') yield text
  }
}
