import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Where jars, archives, templates, certificates and other people's clients are kept between runs, outside the source tree. */
export function cacheFolder(...parts: string[]): string {
  const root = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(root, 'rx-kafka', ...parts)
}

/**
 * Returns `folder`, after `make` filled it if it was not there. It appears whole or not at all: `make` works in a
 * sibling that is renamed when done. Two processes wait for one another rather than do the work twice.
 */
export async function cached(folder: string, make: (sibling: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder
  const unlock = await lock(`${folder}.lock`)
  try {
    if (!existsSync(folder)) await fill(folder, make)
    return folder
  } finally {
    unlock()
  }
}

async function fill(folder: string, make: (sibling: string) => Promise<void>): Promise<void> {
  const sibling = `${folder}.${randomUUID()}`
  mkdirSync(sibling, { recursive: true })
  try {
    await make(sibling)
    renameSync(sibling, folder)
  } catch (error) {
    // The lock of a process taken for dead was broken, and it was quicker: its folder is as good as ours.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(sibling, { recursive: true, force: true })
  }
}

async function lock(file: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (isAbandoned(file)) rmSync(file, { force: true })
    else await wait(100)
  }
}

function isAbandoned(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, 'utf8'))
    // Empty between its creation and its writing.
    if (owner === 0) return false
    process.kill(owner, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
