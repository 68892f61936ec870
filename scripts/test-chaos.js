// @ts-check
'use strict'
/*
 * npm run test:chaos [-- [--schedules 2000] [--seed 1]]
 *
 * Random schedules of faults on embedded brokers, on virtual time: of a producer, and of a consumer. One that fails is
 * shrunk and printed with its seed.
 *
 * npm run test:chaos -- --kafka 4.3.1 [--messages 1000000] [--rate 1000] [--faults 0.002] [--seed 1]
 *
 * Messages to three real brokers that are killed in turn, through a proxy that harms Produce requests by chance: without
 * --messages and --rate first a million at full speed, then 100,000 at 1,000 a second.
 */
const { join } = require('node:path')
const { parseArgs } = require('node:util')
const { build } = require('./build')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')
const day = 86_400_000

/** @typedef {import('../dist/test/support/chaos')} Chaos */

async function main() {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      kafka: { type: 'string' },
      messages: { type: 'string' },
      rate: { type: 'string' },
      faults: { type: 'string' },
    },
  })
  if (!build()) return conclude([{ passed: 0, failed: 1, skipped: [] }])
  if (values.kafka !== undefined) return onKafka({ ...values, kafka: values.kafka })
  const env = { CHAOS_SCHEDULES: values.schedules, CHAOS_SEED: values.seed }
  const files = ['producer', 'consumer'].map(room => join(root, `dist/test/${room}/chaos.test.js`))
  conclude([await run({ files, deadlineMs: day, env })])
}

/** @param {{ kafka: string, seed: string, faults?: string | undefined, messages?: string | undefined, rate?: string | undefined }} values */
async function onKafka({ kafka, seed, faults, messages, rate }) {
  /** @type {Chaos} */
  const { runAgainstKafka } = require('../dist/test/support/chaos')
  const perSecond = rate === undefined ? undefined : Number(rate)
  const runs =
    messages === undefined
      ? [
          { messages: 1_000_000, perSecond: undefined, faults: 0.05 },
          { messages: 100_000, perSecond: 1000, faults: 0.002 },
        ]
      : [{ messages: Number(messages), perSecond, faults: 0.01 }]
  let failed = 0
  for (const one of runs) {
    const options = { version: kafka, seed: Number(seed), faultsPerRequest: Number(faults ?? one.faults) }
    const wrong = await runAgainstKafka(one, options)
    for (const line of wrong) console.log(`FAIL ${line}`)
    failed += wrong.length > 0 ? 1 : 0
  }
  conclude([{ passed: runs.length - failed, failed, skipped: [] }])
}

void main()
