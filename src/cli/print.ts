import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** Writes all pieces, none sooner than there is room for it, and ends the output. */
export async function print(pieces: Pieces, output: Writable): Promise<void> {
  try {
    await pipeline(pieces, output)
  } catch (error) {
    if (!isClosedPipe(error)) throw error
  }
}

/** Whoever reads our output has seen enough, as `head` does. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
