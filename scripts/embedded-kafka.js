// @ts-check
'use strict'
/*
 * Embedded brokers in a process of their own: node scripts/embedded-kafka.js 3. Prints where they are, as one line of
 * JSON, and ends when its input ends. Whatever goes wrong in them is printed to the error output.
 */
const { EmbeddedKafka } = require('../dist/src/broker')

/** As the real clusters of the tests are set up. */
const config = { 'group.initial.rebalance.delay.ms': 0, 'offsets.topic.num.partitions': 4 }

async function main() {
  const onEvent = (/** @type {object} */ event) => console.error(JSON.stringify(event))
  const kafka = await EmbeddedKafka.start({ brokers: Number(process.argv[2] ?? 1), config, onEvent })
  const { bootstrap, brokers } = kafka
  console.log(JSON.stringify({ version: '4.3.1', bootstrap, brokers }))
  process.stdin.resume().once('end', () => void kafka.close())
}

void main()
