import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(__dirname, '..', '..', 'examples')

interface ExampleRun {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** What an example prints; it fails when the example does. */
export async function runExample(name: string, { args = [], env = {} }: ExampleRun = {}): Promise<string> {
  const command = [join(folder, `${name}.js`), ...args]
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, ...env } })
  return stdout
}
