// @ts-check
'use strict'
const { readdirSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join } = require('node:path')
const { build } = require('./build')
const { coverageCommand, coveredLines, startCoverage } = require('./coverage')
const { gateResult, runGate, runGates } = require('./gates')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')

/** Everything: types, gates, unit tests, coverage. */
async function testAll() {
  const types = buildGate()
  const gates = await runGates(availableParallelism())
  const tests = await run({ files: testFiles(), env: startCoverage() })
  const coverage = await runGate('coverage', coverageCommand())
  console.log(`     ${coveredLines() ?? 'unknown'} % of the lines of src`)
  conclude([types, ...gates, tests, coverage])
}

/**
 * Only the test files whose path contains `filter`, without the gates.
 * @param {string} filter
 */
async function testSome(filter) {
  const types = buildGate()
  const files = testFiles().filter(path => path.includes(filter))
  conclude([types, await run({ files })])
}

function buildGate() {
  const started = performance.now()
  return gateResult('types', build(), '', performance.now() - started)
}

/** The compiled tests that need no Kafka. */
function testFiles() {
  return readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && !/^(kafka|contract)\//.test(path))
    .map(path => join('dist/test', path))
    .sort()
}

const [filter] = process.argv.slice(2)
void (filter === undefined ? testAll() : testSome(filter))
