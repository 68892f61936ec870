import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(__dirname, '..', '..', 'examples')

interface ExampleRun {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** What an example, a compiled file, prints; it fails when the example does. */
export function runExample(name: string, { args = [], env = {} }: ExampleRun = {}): Promise<string> {
  return runNode([join(folder, name), ...args], env)
}

/** What a Node program prints; it fails when the program does. */
export async function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })
  return stdout
}

/** An example that runs until it is told to end. */
interface RunningExample {
  /** Waits until it prints this; fails when it ends before. */
  says(what: RegExp): Promise<RegExpExecArray>
  /** Ends it, and answers all that it has printed; fails when it does not end well. */
  endedBy(signal: NodeJS.Signals): Promise<string>
}

export function startExample(name: string, { env = {} }: Pick<ExampleRun, 'env'> = {}): RunningExample {
  const child = spawn(process.execPath, [join(folder, name)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close') as Promise<[code: number | null]>
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  return {
    async says(what) {
      for (;;) {
        const found = what.exec(said)
        if (found) return found
        if (child.exitCode !== null) throw new Error(`${name} ended, and said: ${said}`)
        await Promise.race([once(child.stdout, 'data'), closed])
      }
    },
    async endedBy(signal) {
      child.kill(signal)
      const [code] = await closed
      if (code !== 0) throw new Error(`${name} ended with ${code}, and said: ${said}`)
      return said
    },
  }
}
