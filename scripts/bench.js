// @ts-check
'use strict'
/** `npm run bench -- codec`: builds, then runs one of the benchmarks in `bench`. */
const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')
const { build } = require('./build')

const root = join(__dirname, '..')
const [name = '', ...rest] = process.argv.slice(2)
const entry = join(root, 'dist/bench', name, 'index.js')

if (!build()) process.exitCode = 1
else if (name === '' || !existsSync(entry)) {
  const known = readdirSync(join(root, 'bench')).filter(item =>
    existsSync(join(root, 'bench', item, 'index.ts')),
  )
  console.error(`which benchmark? npm run bench -- ${known.join(' | ')}`)
  process.exitCode = 1
} else {
  process.argv = [process.execPath, entry, ...rest]
  require(entry)
}
