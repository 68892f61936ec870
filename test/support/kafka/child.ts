import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { CappedLog } from './capped-log'
import { entrust, release } from './keeper'

/** A server process of ours: spawned without a shell, so that its pid is the server; its output goes to a file. */
export class Child {
  readonly pid: number
  readonly exited: Promise<void>
  readonly #log: CappedLog
  #exit: string | undefined

  constructor(command: string, args: readonly string[], logFile: string) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    if (child.pid === undefined) {
      child.once('error', () => undefined)
      throw new Error(`${command} could not be started`)
    }
    this.pid = child.pid
    entrust(`process ${this.pid}`)
    this.#log = new CappedLog(logFile)
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (chunk: Buffer) => this.#log.append(chunk))
      if (output instanceof Socket) output.unref()
    }
    this.exited = once(child, 'exit').then(([code, signal]) => {
      this.#exit = signal === null ? `code ${code}` : `signal ${signal}`
      release(`process ${this.pid}`)
    })
    // A test that forgets to stop its servers ends all the same, and the keeper stops them.
    child.unref()
  }

  /** How it ended, or undefined while it runs. */
  get exit(): string | undefined {
    return this.#exit
  }

  get log(): string {
    return this.#log.text()
  }

  /** The complaints in its log, and its last lines. */
  get excerpt(): string {
    return this.#log.excerpt()
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#exit === undefined) process.kill(this.pid, signal)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#gone(10_000)
  }

  /** SIGTERM, and SIGKILL if it is still there after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM')
    await this.#gone(graceMs)
    await this.kill()
  }

  async #gone(atMostMs: number): Promise<void> {
    const over = new AbortController()
    const deadline = wait(atMostMs, undefined, { signal: over.signal }).catch(() => undefined)
    await Promise.race([this.exited, deadline])
    over.abort()
  }
}
