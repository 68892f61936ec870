// @ts-check
'use strict'
/*
 * npm run test:exactly-once [-- [--messages 10000] [--kafka 4.3.1] [--seed 1] [--batch 50]
 *                               [--copier-lives 3000] [--broker-kill 10000]]
 *
 * The example of an exactly-once copy on three real brokers. Copiers are killed (SIGKILL) after a random time from
 * `copier-lives` ms to twice as long, brokers one at a time that long after the last one is back (0: none). In the
 * end Java's console consumer has to read each message once and in order, of those that are committed.
 */
const { parseArgs } = require('node:util')
const { build } = require('./build')

async function main() {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '10000' },
      kafka: { type: 'string', default: '4.3.1' },
      seed: { type: 'string', default: '1' },
      batch: { type: 'string', default: '50' },
      'copier-lives': { type: 'string', default: '3000' },
      'broker-kill': { type: 'string', default: '10000' },
    },
  })
  if (!build()) process.exitCode = 1
  /** @type {import('../dist/test/support/exactly-once')} */
  const { tryExactlyOnce } = require('../dist/test/support/exactly-once')
  /** @type {import('../dist/test/support/kafka')} */
  const { kafkaVersion } = require('../dist/test/support/kafka')
  const began = performance.now()
  const trial = await tryExactlyOnce({
    messages: whole('messages', values.messages),
    version: kafkaVersion(values.kafka),
    seed: whole('seed', values.seed),
    batch: whole('batch', values.batch),
    copierLivesMs: whole('copier-lives', values['copier-lives']),
    brokerKillMs: whole('broker-kill', values['broker-kill']),
    log: line =>
      console.log(`${String(Math.round((performance.now() - began) / 1000)).padStart(5)} s  ${line}`),
  })
  const isExact = trial.missing + trial.doubled + trial.disordered + trial.strange === 0
  console.log(`${isExact ? 'ok  ' : 'FAIL'} ${JSON.stringify(trial)}`)
  if (!isExact) process.exitCode = 1
}

/**
 * @param {string} name
 * @param {string} value
 */
function whole(name, value) {
  if (/^\d+$/.test(value)) return Number(value)
  throw new RangeError(`--${name}: expected a whole number, got "${value}"`)
}

void main()
