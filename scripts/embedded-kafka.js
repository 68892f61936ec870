// @ts-check
'use strict'
/*
 * Embedded brokers in a process of their own: node scripts/embedded-kafka.js 3. Prints where they are, as one line of
 * JSON, then why it closed a connection, a line each time, and ends when its input ends.
 */
const { EmbeddedKafka } = require('../dist/src/broker')

/** As the real clusters of the tests are set up. */
const config = { 'group.initial.rebalance.delay.ms': 0, 'offsets.topic.num.partitions': 4 }

async function main() {
  /** @param {import('../dist/src/broker').BrokerEvent} event */
  const onEvent = event => {
    if (event.type === 'connection-closed') console.log(JSON.stringify(event))
  }
  const kafka = await EmbeddedKafka.start({ brokers: Number(process.argv[2] ?? 1), config, onEvent })
  const { bootstrap, brokers } = kafka
  console.log(JSON.stringify({ version: '4.3.1', bootstrap, brokers }))
  process.stdin.resume().once('end', () => void kafka.close())
}

void main()
