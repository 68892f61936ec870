// @ts-check
'use strict'
/*
 * npm run test:mutants [-- [--quick] [filter]]
 *
 * Runs the contract cases on embedded brokers with one defect each (test/mutants), and prints which case notices which
 * defect. A defect that no case notices, and a case that notices no defect, count as failed. With --quick the cases are
 * not run on the broker as it is first: a case that fails there as well is not found out, and slow ones count as failed.
 */
const { readdirSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join } = require('node:path')
const { build } = require('./build')
const { conclude } = require('./runner')
const { TestProcess } = require('./test-process')

const root = join(__dirname, '..')
const deadlineMs = 120_000
/** On a broker with a defect; twice the time of its whole file on the broker as it is, where that is more. */
const caseDeadlineMs = 5_000

/** @typedef {{ name: string, file: string, brokers: '1' | '3', only: RegExp }} Mutant */
/** @typedef {{ mutant: Mutant | undefined, file: string, brokers: '1' | '3' }} Job */
/** @typedef {Map<string, Set<string>>} Matrix which mutants each case noticed */
/** @typedef {Map<string, number>} Times how long each file takes on the broker as it is, in ms */

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
      return {
        name: name.replace(/\.js$/, ''),
        file,
        brokers: /** @type {'1' | '3'} */ (String(brokers)),
        only,
      }
    })
    .filter(({ name }) => name.includes(filter))
}

/**
 * @param {Job} job
 * @param {number} [healthyMs]
 */
async function runJob({ mutant, file, brokers }, healthyMs = 0) {
  const env = {
    RX_KAFKA_EMBEDDED: brokers,
    ...(mutant && {
      RX_KAFKA_MUTANT: mutant.file,
      RX_KAFKA_CASE_DEADLINE_MS: String(Math.max(caseDeadlineMs, 2 * healthyMs)),
    }),
  }
  const path = join(root, 'dist/test/contract', file)
  return new TestProcess(path, { deadlineMs, env }).outcome()
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
 * Every case that runs on the broker as it is. One that fails there proves nothing.
 * @param {string[]} files
 */
async function healthyCases(files) {
  /** @type {Matrix} */
  const matrix = new Map()
  /** @type {string[]} */
  const sick = []
  /** @type {Times} */
  const times = new Map()
  const jobs = files.flatMap(
    file =>
      /** @type {Job[]} */ ([
        { file, brokers: '1' },
        { file, brokers: '3' },
      ]),
  )
  await inParallel(jobs, async job => {
    const { tests, ms } = await runJob(job)
    times.set(job.file, Math.max(ms, times.get(job.file) ?? 0))
    for (const { name, passed } of tests) {
      matrix.set(caseOf(job.file, name), new Set())
      if (!passed) sick.push(caseOf(job.file, name))
    }
  })
  return { matrix, sick, times }
}

/**
 * @param {string} file
 * @param {string} name
 */
const caseOf = (file, name) => `${file.replace(/\.test\.js$/, '')}: ${name}`

async function main() {
  const isQuick = process.argv.includes('--quick')
  const [filter = ''] = process.argv.slice(2).filter(word => word !== '--quick')
  if (!build()) return conclude([{ passed: 0, failed: 1, skipped: [] }])
  const files = compiled('contract')
  const { matrix, sick, times } = await healthyCases(isQuick ? [] : files)
  for (const name of sick) console.log(`FAIL on the broker as it is: ${name}`)
  const chosen = mutants(filter)
  for (const mutant of chosen) await tryMutant(mutant, files, { matrix, times })
  report(matrix, chosen, sick, isQuick || filter !== '')
}

/**
 * @param {Mutant} mutant
 * @param {string[]} files
 * @param {{ matrix: Matrix, times: Times }} healthy
 */
async function tryMutant(mutant, files, { matrix, times }) {
  const jobs = files
    .filter(file => mutant.only.test(file))
    .map(file => ({ mutant, file, brokers: mutant.brokers }))
  let noticed = 0
  await inParallel(jobs, async job => {
    const { tests } = await runJob(job, times.get(job.file))
    for (const { name, passed } of tests) {
      if (passed) continue
      const noticing = caseOf(job.file, name)
      matrix.set(noticing, (matrix.get(noticing) ?? new Set()).add(mutant.name))
      noticed++
    }
  })
  console.log(`${noticed > 0 ? 'ok  ' : 'FAIL'} ${mutant.name}: ${noticed} case(s) notice it`)
}

/**
 * @param {Matrix} matrix
 * @param {Mutant[]} chosen
 * @param {string[]} sick
 * @param {boolean} isPart of the mutants only
 */
function report(matrix, chosen, sick, isPart) {
  console.log('\nWhich defects each case notices')
  for (const [name, noticed] of [...matrix].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${noticed.size > 0 ? '    ' : 'none'} ${name}  ${[...noticed].sort().join(', ')}`)
  const seen = new Set([...matrix.values()].flatMap(noticed => [...noticed]))
  const unseen = chosen.filter(({ name }) => !seen.has(name))
  const blind = isPart ? [] : [...matrix].filter(([, noticed]) => noticed.size === 0)
  console.log(
    `\n${chosen.length} defects, ${unseen.length} of them not noticed: ${unseen.map(({ name }) => name)}`,
  )
  console.log(`${matrix.size} cases, ${blind.length} of them notice nothing`)
  const failed = unseen.length + blind.length + sick.length
  conclude([{ passed: matrix.size + chosen.length - failed, failed, skipped: [] }])
}

void main()
