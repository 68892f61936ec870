import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const main = join(__dirname, '../../src/cli/main.js')

export function startCommand(args: readonly string[]) {
  return spawn(process.execPath, [main, ...args], { stdio: 'pipe' })
}

/** Runs the compiled rx-kafka with this standard input, to its end. */
export async function runCommand(args: readonly string[], input = ''): Promise<Ended> {
  const child = startCommand(args)
  child.stdin.end(input)
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { exitCode, stdout, stderr }
}

/** The lines of JSON that were printed. */
export function jsonLines(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
}
