#!/usr/bin/env node
import { run } from './run'

// Whoever reads has seen enough, as `head` has. Writing on leads nowhere, and is no reason to crash.
for (const output of [process.stdout, process.stderr])
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

void run(process.argv.slice(2)).then(exitCode => {
  process.exitCode = exitCode
})
