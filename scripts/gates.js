// @ts-check
'use strict'
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join } = require('node:path')

const root = join(__dirname, '..')
const folders = ['src', 'examples'].filter(folder => existsSync(join(root, folder)))

/** @typedef {Record<string, string[]>} Gates by name, the arguments of Node: a program that exits with 0 when all is well */

/** Compiles, and beside it looks at what need not be compiled. @type {Gates} */
const firstGates = {
  types: ['scripts/build.js'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
}

/** What else is checked beside the tests. @type {Gates} */
const gates = {
  'types of the scripts': ['node_modules/typescript/bin/tsc', '-p', 'scripts'],
  lint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  'import rules': [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...folders],
  ],
  'unused code': ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
  package: ['scripts/package-check.js'],
}

/**
 * Runs a gate and prints one line for it, and what it said if it is closed. Counts as one check.
 * @param {string} name
 * @param {string[]} command arguments of Node
 * @returns {Promise<import('./runner').Result>}
 */
function runGate(name, command) {
  const started = performance.now()
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (output += text))
  return new Promise(resolve =>
    child.on('close', code => {
      const isOpen = code === 0
      console.log(`${isOpen ? 'ok  ' : 'FAIL'} ${name}  ${Math.round(performance.now() - started)} ms`)
      if (!isOpen && output.trim()) console.log(output.trimEnd().replace(/^/gm, '     | '))
      resolve({ passed: isOpen ? 1 : 0, failed: isOpen ? 0 : 1, skipped: [] })
    }),
  )
}

/**
 * Runs gates, as many at a time as there are cores.
 * @param {Gates} gates
 */
async function runGates(gates) {
  const waiting = Object.entries(gates)
  /** @type {import('./runner').Result[]} */
  const results = []
  const work = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) results.push(await runGate(...gate))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return results
}

module.exports = { firstGates, gates, runGate, runGates }
