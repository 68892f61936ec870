// @ts-check
'use strict'
/*
 * npm run test:kafka [-- [--kafka 0.9.0.1] [--brokers 1|3] [--full] [filter]]
 *
 * The contract cases, and the tests of what only Apache Kafka can show, on real brokers: row by row of the plan, or
 * on the rows chosen, and with --full all cases where the plan has only the core ones.
 *
 * KAFKA_BROKERS=host:port,...   use this cluster, and KAFKA_VERSION=x.y.z to say which release it is
 * KAFKA_LIBS_DIR=folder         jars of Kafka x.y.z are in folder/x.y.z; else Maven fetches them, once
 * REQUIRE_REAL_KAFKA=1          a machine without Java, Maven or the jars fails instead of skipping
 */
const { readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { parseArgs } = require('node:util')
const { build } = require('./build')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')
const newest = '4.3.1'
const deadlineMs = 120_000

/** @typedef {import('../dist/test/support/kafka')} Harness */
/** @typedef {{ version: string, brokers: 1 | 3, coreOnly: boolean }} Row */
/** @typedef {import('./runner').Result} Result */

/** @type {readonly Row[]} */
const plan = [
  { version: newest, brokers: 1, coreOnly: false },
  { version: newest, brokers: 3, coreOnly: false },
  { version: '0.9.0.1', brokers: 1, coreOnly: true },
  { version: '0.11.0.3', brokers: 1, coreOnly: true },
  { version: '2.8.2', brokers: 1, coreOnly: true },
  { version: '3.9.1', brokers: 1, coreOnly: true },
]

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kafka: { type: 'string' }, brokers: { type: 'string' }, full: { type: 'boolean' } },
  })
  const rows = chosenRows(values)
  const types = result({ failed: build() ? 0 : 1 })
  /** @type {Harness} */
  const harness = require('../dist/test/support/kafka')
  const all = testFiles(positionals[0])
  const files = all.filter(hasContractCases)
  const others = all.filter(file => !hasContractCases(file))
  const results = [types]
  if (others.length > 0)
    results.push(await run({ title: 'What needs no cluster', files: others, deadlineMs }))
  if (files.length === 0) return conclude(results)
  if (process.env['KAFKA_BROKERS']) results.push(await runOnGiven(harness, files))
  else for (const row of rows) results.push(await runOnRow(harness, row, files))
  conclude(results)
}

/**
 * The rows that were asked for: of the plan if they are in it, else one of their own.
 * @param {{ kafka?: string | undefined, brokers?: string | undefined, full?: boolean | undefined }} choice
 * @returns {Row[]}
 */
function chosenRows({ kafka, brokers, full = false }) {
  if (brokers !== undefined && brokers !== '1' && brokers !== '3') {
    throw new RangeError(`--brokers: expected 1 or 3, got "${brokers}"`)
  }
  const count = brokers && (brokers === '3' ? 3 : 1)
  const rows = plan.filter(
    row => row.version === (kafka ?? row.version) && row.brokers === (count || row.brokers),
  )
  if (rows.length === 0) {
    const version = kafka ?? newest
    rows.push({ version, brokers: count || 1, coreOnly: version !== newest })
  }
  return rows.map(row => ({ ...row, coreOnly: row.coreOnly && !full }))
}

/**
 * @param {Harness} harness
 * @param {Row} row
 * @param {string[]} files
 */
async function runOnRow(harness, { version, brokers, coreOnly }, files) {
  const row = `Kafka ${version}, ${brokers} broker(s), ${coreOnly ? 'core cases' : 'all cases'}`
  const started = performance.now()
  try {
    const config = harness.steady
    const cluster = await harness.startKafka({ version: harness.kafkaVersion(version), brokers, config })
    try {
      const ms = Math.round(performance.now() - started)
      return await runFiles(`${row}, started in ${ms} ms`, files, {
        ...addressesOf(cluster),
        coreOnly,
        given: false,
      })
    } finally {
      await cluster.stopAll()
    }
  } catch (error) {
    return cannotRun(harness, row, error)
  }
}

/**
 * @param {Harness} harness
 * @param {string[]} files
 */
async function runOnGiven(harness, files) {
  const row = `the cluster of KAFKA_BROKERS=${process.env['KAFKA_BROKERS']}`
  try {
    const cluster = await harness.givenCluster(
      process.env['KAFKA_BROKERS'] ?? '',
      process.env['KAFKA_VERSION'],
    )
    return await runFiles(row, files, { ...addressesOf(cluster), coreOnly: false, given: true })
  } catch (error) {
    return cannotRun(harness, row, error)
  }
}

/**
 * @param {string} title
 * @param {string[]} files
 * @param {import('../dist/test/support/contract').ClusterUnderTest} cluster
 */
function runFiles(title, files, cluster) {
  return run({ title: `\n${title}`, files, deadlineMs, env: { RX_KAFKA_CLUSTER: JSON.stringify(cluster) } })
}

/** @param {import('../dist/test/support/kafka').KafkaCluster} cluster */
const addressesOf = ({ version, bootstrap, brokers, zookeeper }) => ({
  version,
  bootstrap,
  brokers,
  zookeeper,
})

/**
 * What this machine lacks is a skip, said loudly, unless REQUIRE_REAL_KAFKA=1; anything else is a failure.
 * @param {Harness} harness
 * @param {string} row
 * @param {unknown} error
 */
function cannotRun({ KafkaUnavailable, kafkaIsRequired }, row, error) {
  const skips = error instanceof KafkaUnavailable && !kafkaIsRequired()
  const reason = error instanceof KafkaUnavailable ? error.message : String(error)
  console.log(`\n${skips ? 'NOT RUN' : 'FAIL'} ${row}: ${reason}`)
  if (!skips) return result({ failed: 1 })
  return result({ skipped: [{ file: 'npm run test:kafka', name: row, reason }] })
}

/**
 * @param {Partial<Result>} part
 * @returns {Result}
 */
function result(part) {
  return { passed: 0, failed: 0, skipped: [], ...part }
}

function testFiles(filter = '') {
  return readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && /^(kafka|contract)\//.test(path))
    .map(path => join('dist/test', path))
    .filter(path => path.includes(filter))
    .sort()
}

/**
 * The others look at Kafka itself and not at a cluster: once is enough.
 * @param {string} file
 */
function hasContractCases(file) {
  return readFileSync(join(root, file), 'utf8').includes('support/contract')
}

void main()
