import type { Shell } from '../shell'

/** Standard input piece by piece, until its end or an interrupt. */
export async function* piecesOf({ stdin, onInterrupt }: Shell): AsyncGenerator<Buffer> {
  let isInterrupted = false
  const release = onInterrupt(() => {
    isInterrupted = true
    stdin.destroy()
  })
  try {
    for await (const piece of stdin) yield Buffer.from(piece as Buffer | string)
  } catch (error) {
    // A stream that was destroyed says that it ended too soon.
    if (!isInterrupted) throw error
  } finally {
    release()
  }
}
