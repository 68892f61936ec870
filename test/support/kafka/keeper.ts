import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

/**
 * A small process of its own that outlives this one by a moment: when this one is gone, in whatever way, even by
 * SIGKILL at a deadline, it kills the processes and removes the folders that were entrusted to it.
 */
let keeper: ChildProcess | undefined

export type Entrusted = `process ${number}` | `folder ${string}`

export function entrust(what: Entrusted): void {
  tell(`keep ${what}`)
}

export function release(what: Entrusted): void {
  tell(`drop ${what}`)
}

function tell(line: string): void {
  keeper ??= start()
  keeper.stdin?.write(`${line}\n`)
}

function start(): ChildProcess {
  // Detached: a Ctrl-C at the terminal must not reach it before its work is done.
  const child = spawn(process.execPath, [join(__dirname, 'keeper-process.js')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  })
  child.unref()
  return child
}
