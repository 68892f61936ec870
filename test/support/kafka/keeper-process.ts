import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** The program of the keeper: reads what to keep and drop, and clears up at the end of its input. */
const kept = new Set<string>()
const words = /^(keep|drop) (.*)$/

createInterface({ input: process.stdin })
  .on('line', line => {
    const [, verb, what] = words.exec(line) ?? []
    if (what === undefined) return
    if (verb === 'keep') kept.add(what)
    else kept.delete(what)
  })
  .on('close', () => {
    for (const pid of rest('process ')) kill(Number(pid))
    for (const folder of rest('folder ')) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
  })

function rest(kind: string): string[] {
  return [...kept].filter(what => what.startsWith(kind)).map(what => what.slice(kind.length))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}
