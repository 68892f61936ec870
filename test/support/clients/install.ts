import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, cacheFolder } from '../cache'
import { run, type RunResult } from '../kafka'
import { ClientUnavailable } from './unavailable'

const limitMs = 300_000

/** A folder with these packages of npm in its `node_modules`. */
export function npmFolder(name: string, packages: readonly string[]): Promise<string> {
  return cached(cacheFolder('clients', name), async folder => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    const args = ['install', '--no-audit', '--no-fund', '--save-exact', ...packages]
    judge(`npm install ${packages.join(' ')}`, await run('npm', args, { cwd: folder, timeoutMs: limitMs }))
  })
}

/** A folder whose `bin/python` is a Python with these packages of pip. */
export async function pythonFolder(name: string, packages: readonly string[]): Promise<string> {
  const { missing, stdout } = await run('python3', ['--version'])
  if (missing) throw new ClientUnavailable('No `python3` on PATH: install Python 3 with its module venv')
  // The folder refers to the Python that made it.
  const python = stdout.trim().toLowerCase().replaceAll(' ', '-')
  return cached(cacheFolder('clients', `${name}-${python}`), async folder => {
    judge('python3 -m venv', await run('python3', ['-m', 'venv', folder], { timeoutMs: limitMs }))
    const args = ['-m', 'pip', 'install', '--disable-pip-version-check', ...packages]
    const installed = await run(join(folder, 'bin', 'python'), args, { timeoutMs: limitMs })
    judge(`pip install ${packages.join(' ')}`, installed)
  })
}

function judge(command: string, { missing, code, stdout, stderr }: RunResult): void {
  if (code === 0) return
  const end = code === null ? `no end after ${limitMs} ms` : `exit code ${code}`
  const said = `${stdout}\n${stderr}`.split('\n').filter(line => /\S/.test(line))
  const reason = said.find(line => /error|not available/i.test(line)) ?? said.at(-1) ?? end
  throw new Error(`\`${command}\`: ${missing ? 'no such command' : `${end}: ${reason.trim()}`}`)
}
