// @ts-check
'use strict'
/*
 * What a driver has in common with every other: it reads one order, a line of JSON, from its standard input, carries it
 * out with its client, and prints what it saw, one JSON object a line. A member of a group reads for as long as the input
 * is open, and a writer sends what further lines say. Failure is a non-zero exit code, with the reason on the error
 * output.
 */
const { createInterface } = require('node:readline')
const { setTimeout: wait } = require('node:timers/promises')

/**
 * @param {Record<string, (order: any, rest: AsyncIterable<string>) => Promise<void>>} commands by name; the rest are the
 * lines after the order
 */
async function drive(commands) {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const { value: first = '{}' } = await lines.next()
  const { command, ...order } = JSON.parse(first)
  const carryOut = commands[command]
  if (!carryOut) throw new Error(`no such command: ${command}`)
  await carryOut(order, lines)
  process.exit(0)
}

/** @param {AsyncIterable<string>} lines */
async function untilEndOf(lines) {
  for await (const line of lines) if (line) throw new Error(`not understood: ${line}`)
}

/** @param {object} seen */
function say(seen) {
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}

/** @param {unknown} error */
function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1))
}

/**
 * What `look` answers as soon as that is what is wanted, or after 10 s: other brokers hear of a change later.
 * @template T
 * @param {T} wanted
 * @param {() => Promise<T>} look
 */
async function eventually(wanted, look) {
  const deadline = performance.now() + 10_000
  for (;;) {
    const seen = await look()
    if (seen === wanted || performance.now() > deadline) return seen
    await wait(100)
  }
}

/** @param {Uint8Array | null | undefined} bytes */
const text = bytes => (bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString())

module.exports = { drive, eventually, fail, say, text, untilEndOf }
