/** Below this size copying is cheaper than handing one more chunk to the system (measured: 2 to 8 times). */
const copyBelow = 16 * 1024

/** The same bytes in fewer chunks: runs of small ones joined, large ones as they are. Never empty. */
export function gather(chunks: readonly Buffer[]): readonly Buffer[] {
  if (chunks.length === 1) return chunks
  const gathered: Buffer[] = []
  let run: Buffer[] = []
  const endRun = (): void => {
    if (run.length > 0) gathered.push(run.length === 1 ? run[0]! : Buffer.concat(run))
    run = []
  }
  for (const chunk of chunks) {
    if (chunk.length < copyBelow) {
      run.push(chunk)
      continue
    }
    endRun()
    gathered.push(chunk)
  }
  endRun()
  if (gathered.length === 0) gathered.push(Buffer.alloc(0))
  return gathered
}
