// @ts-check
'use strict'
/*
 * npm run demo: writes and reads through a real Apache Kafka, which it starts (or that of KAFKA_BROKERS), and shows
 * what it does.
 */
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { join } = require('node:path')
const { build } = require('./build')

const root = join(__dirname, '..')

async function main() {
  if (!build()) throw new Error('the project does not compile')
  const given = process.env['KAFKA_BROKERS']
  if (given) return tour(given)
  /** @type {import('../dist/test/support/kafka')} */
  const { startKafka } = require('../dist/test/support/kafka')
  console.log('Starting Apache Kafka 4.3.1 (the first time it is fetched from Maven Central) ...')
  const kafka = await startKafka({ version: '4.3.1' })
  try {
    await tour(kafka.bootstrap)
  } finally {
    await kafka.stopAll()
  }
}

/** @param {string} brokers */
async function tour(brokers) {
  const child = spawn(process.execPath, [join(root, 'dist', 'examples', 'tour.js')], {
    stdio: 'inherit',
    env: { ...process.env, KAFKA_BROKERS: brokers },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the tour ended with exit code ${code}`)
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
