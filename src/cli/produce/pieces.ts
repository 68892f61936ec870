import type { Shell } from '../shell'

/** As pipes give them; what stands before standard input may give more at a time. */
const maxPieceBytes = 64 * 1024

/** Standard input piece by piece, until its end or an interrupt. */
export async function* piecesOf({ stdin, onInterrupt }: Shell): AsyncGenerator<Buffer> {
  let isInterrupted = false
  const release = onInterrupt(() => {
    isInterrupted = true
    stdin.destroy()
  })
  try {
    for await (const piece of stdin) {
      const bytes = Buffer.from(piece as Buffer | string)
      for (let at = 0; at < bytes.length; at += maxPieceBytes) yield bytes.subarray(at, at + maxPieceBytes)
    }
  } catch (error) {
    // A stream that was destroyed says that it ended too soon.
    if (!isInterrupted) throw error
  } finally {
    release()
  }
}
