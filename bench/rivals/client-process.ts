import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { entrust, release } from '../../test/support/kafka'
import { outcomeMark, type Order, type Outcome } from './order'

/** A program and its arguments, and what it finds in its environment besides ours. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** For connecting, and for what is on its way when the window closes. */
const graceMs = 45_000

/** Runs a client to its end and answers what it has measured; an error tells how it ended and the end of what it said. */
export async function runClient(command: Command, order: Order<unknown>): Promise<Outcome> {
  const env = { ...process.env, ...command.env, BENCH_ORDER: JSON.stringify(order) }
  const child = spawn(command.program, command.args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  const limitMs = order.warmUpMs + order.seconds * 1000 + graceMs
  const deadline = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const { pid } = child
  if (pid !== undefined) entrust(`process ${pid}`)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    const line = stdout.split('\n').find(one => one.startsWith(outcomeMark))
    if (code === 0 && line !== undefined) return JSON.parse(line.slice(outcomeMark.length)) as Outcome
    const end = signal === null ? `code ${code}` : `${signal} after at most ${limitMs} ms`
    throw new Error(`ended with ${end}: ${(stderr + stdout).trim().slice(-400)}`)
  } finally {
    clearTimeout(deadline)
    if (pid !== undefined) release(`process ${pid}`)
  }
}
