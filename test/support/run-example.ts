import { execFile } from 'node:child_process'
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
