// @ts-check
'use strict'
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const folders = ['src', 'examples'].filter(folder => existsSync(join(root, folder)))

/**
 * What is checked beside the tests. Each gate is a Node program that exits with 0 when all is well.
 * @type {Record<string, string[]>}
 */
const gates = {
  'types of the scripts': ['node_modules/typescript/bin/tsc', '-p', 'scripts'],
  lint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
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
    child.on('close', code => resolve(gateResult(name, code === 0, output, performance.now() - started))),
  )
}

/**
 * @param {string} name
 * @param {boolean} open
 * @param {string} output
 * @param {number} ms
 */
function gateResult(name, open, output, ms) {
  console.log(`${open ? 'ok  ' : 'FAIL'} ${name}  ${Math.round(ms)} ms`)
  if (!open && output.trim()) console.log(output.trimEnd().replace(/^/gm, '     | '))
  return { passed: open ? 1 : 0, failed: open ? 0 : 1, skipped: [] }
}

/**
 * Runs all gates, as many at a time as there are cores.
 * @param {number} concurrency
 */
async function runGates(concurrency) {
  const waiting = Object.entries(gates)
  /** @type {import('./runner').Result[]} */
  const results = []
  const work = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) results.push(await runGate(...gate))
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}

module.exports = { gateResult, runGate, runGates }
