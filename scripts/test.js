// @ts-check
'use strict'
const { readdirSync } = require('node:fs')
const { join } = require('node:path')
const { coverageCommand, coveredLines, startCoverage } = require('./coverage')
const { firstGates, gates, runGate, runGates } = require('./gates')
const { installWhenStale } = require('./install')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')

/** Everything: types, gates, unit tests, coverage. */
async function testAll() {
  installWhenStale()
  const checks = [...(await runGates(firstGates)), ...(await runGates(gates))]
  const env = startCoverage()
  const tests = await run({ files: testFiles(), env })
  const contract = await runContract(contractFiles(), env)
  const coverage = await runGate('coverage', coverageCommand())
  console.log(`     ${coveredLines() ?? 'unknown'} % of the lines of src`)
  conclude([...checks, tests, ...contract, coverage])
}

/**
 * Only the test files whose path contains `filter`, without the gates.
 * @param {string} filter
 */
async function testSome(filter) {
  installWhenStale()
  const types = await runGate('types', firstGates.types)
  const matching = (/** @type {string} */ path) => path.includes(filter)
  const tests = await run({ files: testFiles().filter(matching) })
  conclude([types, tests, ...(await runContract(contractFiles().filter(matching)))])
}

/**
 * The contract cases on embedded brokers, one and three of them.
 * @param {string[]} files
 * @param {NodeJS.ProcessEnv} [env]
 */
async function runContract(files, env = {}) {
  if (files.length === 0) return []
  const results = []
  for (const brokers of ['1', '3']) {
    const title = `\n${brokers} embedded broker(s)`
    results.push(await run({ title, files, env: { ...env, RX_KAFKA_EMBEDDED: brokers } }))
  }
  return results
}

/** The compiled tests that need no cluster. */
function testFiles() {
  return compiled(path => !/^(kafka|contract|clients)\//.test(path))
}

function contractFiles() {
  return compiled(path => path.startsWith('contract/'))
}

/** @param {(path: string) => boolean} isChosen */
function compiled(isChosen) {
  return readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && isChosen(path))
    .map(path => join('dist/test', path))
    .sort()
}

const [filter] = process.argv.slice(2)
void (filter === undefined ? testAll() : testSome(filter))
