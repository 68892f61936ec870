import { execFile } from 'node:child_process'
import { entrust, release } from './keeper'

export interface RunOptions {
  /** Written to its standard input, which is then closed. */
  readonly stdin?: string
  /** It is killed after so many ms; default 60,000. */
  readonly timeoutMs?: number
  readonly cwd?: string
}

export interface RunResult {
  /** Null when it was killed or could not be started. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** There is no such command. */
  readonly missing: boolean
}

/** Runs a command to its end; never rejects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { stdin, timeoutMs = 60_000, cwd } = options
  return new Promise(resolve => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, cwd } as const
    const child = execFile(command, args, limits, (error, stdout, stderr) => {
      if (child.pid !== undefined) release(`process ${child.pid}`)
      resolve({ code: child.exitCode, stdout, stderr, missing: error?.code === 'ENOENT' })
    })
    if (child.pid !== undefined) entrust(`process ${child.pid}`)
    // A tool that ends before it has read its input is judged by its exit code.
    child.stdin?.on('error', () => undefined).end(stdin)
  })
}
