// @ts-check
'use strict'
/*
 * npm run test:mutants [-- [--quick] [--everywhere] [filter]]
 *
 * Runs the contract cases on embedded brokers with one defect each (test/mutants), and prints which case notices which
 * defect. A defect that no case notices, and a case that notices no defect, count as failed, and so does a case that
 * fails on the broker as it is. A filter chooses defects by name; cases that notice none are not judged then.
 *
 * A defect is tried on one broker; with `brokers` 3 its file asks for three, with [1, 3] for both.
 *
 * --quick       the cases do not run on the broker as it is first: one that fails there as well is not found out, and a
 *               slow one seems to notice
 * --everywhere  each defect meets all contract files, not only those that its `only` names
 *
 * What each run of a file told is kept in dist/test-mutants.jsonl, by which to choose an `only`.
 */
const { appendFileSync, readdirSync, rmSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join } = require('node:path')
const { build } = require('./build')
const { MutantMatrix } = require('./mutant-matrix')
const { conclude } = require('./runner')
const { TestProcess } = require('./test-process')

const root = join(__dirname, '..')
const record = join(root, 'dist/test-mutants.jsonl')
const deadlineMs = 120_000
/** On a broker with a defect; three times what the slowest case of the file takes on the broker as it is, if more. */
const caseDeadlineMs = 2_000

/** @typedef {string} Brokers how many, `1` or `3` */
/** @typedef {{ name: string, file: string, brokers: Brokers[], only: RegExp }} Mutant */
/** @typedef {{ file: string, brokers: Brokers, mutant?: Mutant }} Job one contract file on one kind of broker */
/** @typedef {Map<string, number>} Slowest what the slowest case of each file takes on the broker as it is, in ms */

/** @param {string} folder */
function compiled(folder) {
  return readdirSync(join(root, 'dist/test', folder))
    .filter(name => name.endsWith('.js'))
    .sort()
}

/**
 * @param {string} filter
 * @returns {Mutant[]}
 */
function mutants(filter) {
  return compiled('mutants')
    .map(name => {
      const file = join(root, 'dist/test/mutants', name)
      const { brokers = 1, only = /^/ } = require(file)
      return { name: name.replace(/\.js$/, ''), file, brokers: [brokers].flat().map(String), only }
    })
    .filter(({ name }) => name.includes(filter))
}

/**
 * @param {Job} job
 * @param {number} [slowestMs]
 */
async function runJob({ mutant, file, brokers }, slowestMs = 0) {
  const env = {
    RX_KAFKA_EMBEDDED: brokers,
    ...(mutant && {
      RX_KAFKA_MUTANT: mutant.file,
      RX_KAFKA_CASE_DEADLINE_MS: String(Math.max(caseDeadlineMs, 3 * slowestMs)),
    }),
  }
  const outcome = await new TestProcess(join(root, 'dist/test/contract', file), { deadlineMs, env }).outcome()
  const { tests, problems, ms } = outcome
  appendFileSync(record, `${JSON.stringify({ mutant: mutant?.name, file, brokers, ms, problems, tests })}\n`)
  return outcome
}

/**
 * @template T
 * @param {T[]} jobs
 * @param {(job: T) => Promise<void>} work
 */
async function inParallel(jobs, work) {
  const waiting = [...jobs]
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await work(job)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

/**
 * @param {string[]} files
 * @param {MutantMatrix} matrix
 */
async function runHealthy(files, matrix) {
  /** @type {Slowest} */
  const slowest = new Map()
  const jobs = ['1', '3'].flatMap(brokers => files.map(file => ({ file, brokers })))
  await inParallel(jobs, async job => {
    const outcome = await runJob(job)
    matrix.addHealthy(job.file, outcome)
    slowest.set(job.file, Math.max(slowest.get(job.file) ?? 0, ...outcome.tests.map(({ ms }) => ms)))
  })
  return slowest
}

/** Counts what the runs of one defect told, and says so after the last. */
class Progress {
  #left
  #noticing = 0
  /** @type {string[]} */
  #crashed = []
  #ms = 0

  /** @param {number} runs */
  constructor(runs) {
    this.#left = runs
  }

  /**
   * @param {Job & { mutant: Mutant }} job
   * @param {import('./test-process').Outcome} outcome
   * @param {number} noticing
   */
  add({ mutant, file }, { problems, ms }, noticing) {
    this.#noticing += noticing
    this.#ms += ms
    if (problems.length > 0) this.#crashed.push(file.replace(/\.test\.js$/, ''))
    if (--this.#left > 0) return
    const crashed = this.#crashed.length > 0 ? `; crashed: ${this.#crashed.sort().join(', ')}` : ''
    const mark = this.#noticing > 0 ? 'ok  ' : 'FAIL'
    console.log(`${mark} ${mutant.name}: ${this.#noticing} case(s) notice it${crashed}  ${this.#ms} ms`)
  }
}

/**
 * @param {{ mutant: Mutant, files: string[] }[]} plan
 * @param {{ matrix: MutantMatrix, slowest: Slowest }} healthy
 */
async function runDefects(plan, { matrix, slowest }) {
  const jobs = plan.flatMap(({ mutant, files }) => {
    const progress = new Progress(files.length * mutant.brokers.length)
    return mutant.brokers.flatMap(brokers => files.map(file => ({ mutant, file, brokers, progress })))
  })
  await inParallel(jobs, async ({ progress, ...job }) => {
    const outcome = await runJob(job, slowest.get(job.file))
    progress.add(job, outcome, matrix.addDefect(job.mutant.name, job.file, outcome))
  })
}

/**
 * @param {MutantMatrix} matrix
 * @param {boolean} isPart of the mutants only
 */
function report(matrix, isPart) {
  console.log('\nWhich defects each case notices')
  for (const { name, noticed } of matrix.rows)
    console.log(`${noticed.length > 0 ? '    ' : 'none'} ${name}  ${noticed.join(', ')}`)
  const { problems, sick, blind, unnoticed } = matrix.failures
  const { cases, defects } = matrix.size
  console.log(`\n${defects} defects, ${cases} cases`)
  list('FAIL on the broker as it is', [...problems, ...sick])
  list('FAIL no case notices', unnoticed)
  if (!isPart) list('FAIL notices no defect', blind)
  const failed = problems.length + sick.length + unnoticed.length + (isPart ? 0 : blind.length)
  const good = cases - sick.length - blind.length + defects - unnoticed.length
  conclude([{ passed: good, failed, skipped: [] }])
}

/**
 * @param {string} what
 * @param {string[]} names
 */
function list(what, names) {
  for (const name of names) console.log(`${what}: ${name}`)
}

async function main() {
  const words = process.argv.slice(2)
  const [filter = ''] = words.filter(word => !word.startsWith('--'))
  const isQuick = words.includes('--quick')
  if (!build()) return conclude([{ passed: 0, failed: 1, skipped: [] }])
  rmSync(record, { force: true })
  const started = performance.now()
  const files = compiled('contract')
  const chosen = mutants(filter)
  const matrix = new MutantMatrix(chosen.map(({ name }) => name))
  const slowest = await runHealthy(isQuick ? [] : files, matrix)
  const met = (/** @type {Mutant} */ { only }) =>
    words.includes('--everywhere') ? files : files.filter(file => only.test(file))
  await runDefects(
    chosen.map(mutant => ({ mutant, files: met(mutant) })),
    { matrix, slowest },
  )
  console.log(`\nin ${((performance.now() - started) / 60_000).toFixed(1)} minutes`)
  report(matrix, isQuick || filter !== '')
}

void main()
