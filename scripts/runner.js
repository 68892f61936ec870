// @ts-check
'use strict'
const { availableParallelism } = require('node:os')
const { join, relative, resolve } = require('node:path')
const { TestProcess } = require('./test-process')

const root = join(__dirname, '..')
/** So many cases that are skipped for one reason are named. */
const mostNamed = 10

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {{ file: string, name: string, reason: string }[]} skipped
 */
/** @typedef {(line: string) => void} Write */

/**
 * Runs compiled test files, each in a process of its own with a deadline, and prints one line for each. A file that
 * hangs, crashes, or runs no test counts as one failure.
 *
 * @param {object} options
 * @param {string[]} options.files absolute, or relative to the project
 * @param {number} [options.deadlineMs] for one file; default 90,000
 * @param {number} [options.concurrency] files at a time; default the number of cores
 * @param {NodeJS.ProcessEnv} [options.env] added to the environment of each file
 * @param {string} [options.title] printed first
 * @param {Write} [options.write] default prints to standard output
 * @returns {Promise<Result>}
 */
async function run({
  files,
  deadlineMs = 90_000,
  concurrency = availableParallelism(),
  env,
  title,
  write = print,
}) {
  if (title) write(title)
  /** @type {Result} */
  const result = { passed: 0, failed: 0, skipped: [] }
  const waiting = files.map(file => resolve(root, file))
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const outcome = await new TestProcess(file, { deadlineMs, env }).outcome()
      const name = sourceOf(file)
      result.passed += outcome.passed
      result.failed += outcome.failed
      result.skipped.push(...outcome.skips.map(skip => ({ file: name, ...skip })))
      report(name, outcome, write)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return result
}

/**
 * Prints the skips, by reason, and, as the last line, the sum; the process then exits with 1 if anything failed.
 * @param {Result[]} results
 * @param {Write} [write]
 */
function conclude(results, write = print) {
  const skipped = results.flatMap(result => result.skipped)
  if (skipped.length > 0) write(`\n${skipped.length} skipped`)
  for (const [reason, skips] of byReason(skipped)) writeSkips(reason, skips, write)
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  write(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

/** @param {Result['skipped']} skipped */
function byReason(skipped) {
  /** @type {Map<string, Result['skipped']>} */
  const reasons = new Map()
  for (const skip of skipped) reasons.set(skip.reason, [...(reasons.get(skip.reason) ?? []), skip])
  return reasons
}

/**
 * What a row of the plan leaves out as a whole is one line.
 * @param {string} reason
 * @param {Result['skipped']} skips
 * @param {Write} write
 */
function writeSkips(reason, skips, write) {
  if (skips.length > mostNamed) write(`  ${skips.length} cases: ${reason}`)
  else for (const { file, name } of skips) write(`  ${file}: ${name}: ${reason}`)
}

/**
 * @param {string} name
 * @param {import('./test-process').Outcome} outcome
 * @param {Write} write
 */
function report(name, { passed, failed, skips, problems, output, ms }, write) {
  const counts = [`${passed} passed`, failed && `${failed} failed`, skips.length && `${skips.length} skipped`]
  write(`${failed ? 'FAIL' : 'ok  '} ${name}  ${counts.filter(Boolean).join(', ')}  ${ms} ms`)
  if (!failed) return
  for (const problem of problems) write(`     ${problem}`)
  write(withoutRunner(output).trimEnd().replace(/^/gm, '     | '))
}

/**
 * Leaves out the lines of a stack that every failure has.
 * @param {string} output
 */
function withoutRunner(output) {
  return output.replace(/^ +at .*(node_modules\/uvu\/|scripts\/child\.js).*\n/gm, '')
}

/** @param {string} file */
function sourceOf(file) {
  return relative(root, file)
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts')
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`)
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => {
    for (const child of TestProcess.alive) child.kill()
    process.exit(1)
  })

module.exports = { conclude, run }
