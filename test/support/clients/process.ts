import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { entrust, release } from '../kafka'

/** A program and its arguments, and what it finds in its environment besides ours. */
export interface CommandLine {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

const limitMs = 90_000

/** A process of a client; it is killed when it takes too long, and when this process is gone. */
export class ClientProcess {
  readonly #child: ChildProcess
  readonly #closed: Promise<number | string>
  readonly #what: string
  #stdout = ''
  #stderr = ''

  constructor({ program, args, env }: CommandLine, what: string) {
    this.#what = what
    this.#child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } })
    const { pid, stdin, stdout, stderr } = this.#child
    if (pid !== undefined) entrust(`process ${pid}`)
    stdout?.setEncoding('utf8').on('data', text => (this.#stdout += text))
    stderr?.setEncoding('utf8').on('data', text => (this.#stderr += text))
    // A test that fails ends all the same, and the keeper ends what it has left.
    this.#child.unref()
    for (const pipe of [stdin, stdout, stderr]) if (pipe instanceof Socket) pipe.unref()
    // A program that ends before it has read its input is judged by its exit code.
    stdin?.on('error', () => undefined)
    this.#closed = once(this.#child, 'close').then(
      ([code, signal]) => {
        if (pid !== undefined) release(`process ${pid}`)
        return (code ?? signal) as number | string
      },
      (error: Error) => error.message,
    )
  }

  write(text: string): this {
    this.#child.stdin?.write(text)
    return this
  }

  endInput(): this {
    this.#child.stdin?.end()
    return this
  }

  signal(signal: NodeJS.Signals): this {
    this.#child.kill(signal)
    return this
  }

  /** The whole lines that it has printed so far. */
  get lines(): string[] {
    return this.#stdout.split('\n').slice(0, -1)
  }

  /** Resolves once it has ended in one of these ways (default: well); rejects when it ends in another, or never. */
  async ended(...ends: (number | string)[]): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs)
    const end = await this.#closed
    clearTimeout(timer)
    if ([0, ...ends].includes(end)) return
    const late = end === 'SIGKILL' ? `, after ${limitMs} ms` : ''
    throw new Error(`${this.#what} ended with ${end}${late}\n${this.#stderr}\n${this.#stdout.slice(-2000)}`)
  }
}
