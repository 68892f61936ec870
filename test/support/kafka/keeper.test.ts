import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** A process that entrusts a child and a folder to the keeper, says so, and waits to be killed. */
const program = `
  const { entrust } = require(${JSON.stringify(join(__dirname, 'keeper'))})
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  entrust('process ' + child.pid)
  entrust('folder ' + process.argv[1])
  process.send(child.pid)
`

test('a test process killed without warning leaves no process and no folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keeper-'))
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const
  const killed = spawn(process.execPath, ['-e', program, folder], { stdio: [...stdio] })
  const [orphan] = (await once(killed, 'message')) as [number]
  assert.ok(runs(orphan))
  killed.kill('SIGKILL')
  while (runs(orphan) || existsSync(folder)) await new Promise(resolve => setImmediate(resolve))
})

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.run()
