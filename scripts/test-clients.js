// @ts-check
'use strict'
/*
 * npm run test:clients [-- [--kafka 4.3.1] [--brokers 1|3] [filter]]
 *
 * Other people's Kafka clients at work on embedded brokers, or with --kafka on real ones of that release; 3 brokers
 * unless told. Clients are installed by npm and pip when first needed, in ~/.cache/rx-kafka/clients.
 *
 * REQUIRE_CLIENTS=1   a machine without Python or Java fails instead of skipping what is written in it
 */
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { readdirSync } = require('node:fs')
const { join } = require('node:path')
const { createInterface } = require('node:readline')
const { parseArgs } = require('node:util')
const { build } = require('./build')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')
/** Installing is part of it, and so are some dozens of Java programs. */
const deadlineMs = 600_000

/** @typedef {Pick<import('../dist/test/support/kafka').KafkaCluster, 'version' | 'bootstrap' | 'brokers'>} Cluster */
/**
 * @typedef {object} Running
 * @property {Cluster} cluster
 * @property {() => string[]} [complaints] why brokers closed connections; not of brokers that do not tell
 * @property {() => Promise<void>} stop
 */

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kafka: { type: 'string' }, brokers: { type: 'string', default: '3' } },
  })
  if (values.brokers !== '1' && values.brokers !== '3') {
    throw new RangeError(`--brokers: expected 1 or 3, got "${values.brokers}"`)
  }
  const types = { passed: 0, failed: build() ? 0 : 1, skipped: [] }
  conclude([types, ...(await runOn(values.kafka, values.brokers === '3' ? 3 : 1, testFiles(positionals[0])))])
}

/**
 * @param {string | undefined} version of real brokers; else embedded ones
 * @param {1 | 3} brokers
 * @param {string[]} files
 */
async function runOn(version, brokers, files) {
  const title = `\n${version ? `Kafka ${version}` : 'Embedded'}, ${brokers} broker(s)`
  const running = await (version ? startReal(version, brokers) : startEmbedded(brokers)).catch(error => {
    console.log(`${title}\nFAIL ${error instanceof Error ? error.message : error}`)
  })
  if (!running) return [{ passed: 0, failed: 1, skipped: [] }]
  try {
    const result = await run({ title, files, deadlineMs, env: environmentOf(running) })
    return [result, ...(running.complaints ? [judge(running.complaints())] : [])]
  } finally {
    await running.stop()
  }
}

/**
 * Clients reconnect and say nothing of it, but none of these ever gives a broker cause to close a connection.
 * @param {string[]} complaints
 */
function judge(complaints) {
  const failed = complaints.length > 0 ? 1 : 0
  console.log(`${failed ? 'FAIL' : 'ok  '} no broker closed a connection`)
  for (const complaint of complaints) console.log(`     | ${complaint}`)
  return { passed: 1 - failed, failed, skipped: [] }
}

/**
 * @param {string} version
 * @param {1 | 3} brokers
 * @returns {Promise<Running>}
 */
async function startReal(version, brokers) {
  /** @type {import('../dist/test/support/kafka')} */
  const harness = require('../dist/test/support/kafka')
  const cluster = await harness.startKafka({ version: harness.kafkaVersion(version), brokers })
  return { cluster: addressOf(cluster), stop: () => cluster.stopAll() }
}

/**
 * In a process of its own, so that no test can keep it from answering.
 * @param {1 | 3} brokers
 * @returns {Promise<Running>}
 */
async function startEmbedded(brokers) {
  const args = [join(__dirname, 'embedded-kafka.js'), String(brokers)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  /** @type {string[]} */
  const lines = []
  const reader = createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  await Promise.race([
    once(reader, 'line'),
    exit.then(([code]) => Promise.reject(new Error(`the embedded brokers ended with ${code}`))),
  ])
  return {
    cluster: JSON.parse(lines[0] ?? ''),
    complaints: () => lines.slice(1),
    async stop() {
      child.stdin.end()
      await exit
    },
  }
}

/** @param {Cluster} cluster */
const addressOf = ({ version, bootstrap, brokers }) => ({ version, bootstrap, brokers })

/** @param {Running} running */
const environmentOf = ({ cluster }) => ({
  RX_KAFKA_CLUSTER: JSON.stringify({ ...cluster, coreOnly: false, given: false }),
})

function testFiles(filter = '') {
  return readdirSync(join(root, 'dist/test/clients'))
    .filter(name => name.endsWith('.test.js') && name.includes(filter))
    .map(name => join('dist/test/clients', name))
    .sort()
}

void main()
