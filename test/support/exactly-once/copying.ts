import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Random } from '../../../src/kernel'
import { someTime } from './killing'

const example = join(__dirname, '..', '..', '..', 'examples', 'exactly-once.js')

interface Copying {
  readonly env: Readonly<Record<string, string>>
  readonly random: Random
  /** Ms that a copier lives at least. */
  readonly livesMs: number
  readonly log: (line: string) => void
}

interface CopyEnd {
  /** SIGKILL. */
  readonly killed: number
  /** Ended by itself, with an error. */
  readonly failed: number
}

/** Runs the copying example again and again, killed while it copies, until it finds nothing left to copy. */
export async function copyUntilDone({ env, random, livesMs, log }: Copying): Promise<CopyEnd> {
  let [killed, failed] = [0, 0]
  for (let isDone = false; !isDone;) {
    // Whoever needs longer to start than it lives would never get anywhere.
    const end = await runOnce(env, someTime(random, livesMs) + Math.min(30_000, 500 * failed))
    if (end.signal !== null) killed++
    else if (end.code !== 0) failed++
    isDone = end.code === 0 && end.output.startsWith('0 messages copied')
    log(`copier: ${end.signal ?? `code ${end.code}`} ${end.output.trim()}`)
  }
  return { killed, failed }
}

interface RunEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

async function runOnce(env: Readonly<Record<string, string>>, livesMs: number): Promise<RunEnd> {
  const child = spawn(process.execPath, [example], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const killer = setTimeout(() => child.kill('SIGKILL'), livesMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(killer)
  return { code, signal, output }
}
