// @ts-check
'use strict'
const { fork } = require('node:child_process')
const { join } = require('node:path')

const root = join(__dirname, '..')
const preload = join(__dirname, 'child.js')
/** How long a file whose tests are done may take to let go of its sockets and timers. */
const graceMs = 5_000
/** How long a hanging child may take to say what it has open; a busy one never does. */
const answerMs = 1_000

/** @typedef {{ name: string, reason: string }} Skip */
/**
 * @typedef {object} Outcome what one test file did
 * @property {number} passed
 * @property {number} failed
 * @property {Skip[]} skips
 * @property {string[]} problems what went wrong beside failing tests, in words
 * @property {string} output all that the file printed
 * @property {{ name: string, passed: boolean, ms: number }[]} tests that ended, in the order they ran
 * @property {number} ms
 */

/** One test file in a process of its own, so that it can be ended when it hangs and cannot disturb the next. */
class TestProcess {
  /** Test processes still alive, to be ended with the runner. @type {Set<TestProcess>} */
  static alive = new Set()

  #started = performance.now()
  #output = ''
  /** Counts of the suites that ended. */
  #passed = 0
  #total = 0
  /** Tests that ended well in the suite still running. */
  #passedInSuite = 0
  #declared = 0
  #finished = false
  /** @type {string | undefined} */
  #running
  #runningSince = 0
  /** @type {Outcome['tests']} */
  #tests = []
  /** @type {Skip[]} */
  #skips = []
  #skippedInside = 0
  /** @type {string[]} */
  #problems = []
  #hung = false
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  #child
  #deadlineMs

  /**
   * @param {string} file
   * @param {{ deadlineMs: number, env?: NodeJS.ProcessEnv | undefined }} options
   */
  constructor(file, { deadlineMs, env }) {
    this.#deadlineMs = deadlineMs
    this.#child = fork(file, {
      cwd: root,
      env: { ...process.env, ...env, TEST_RUNNER_PID: String(process.pid) },
      execArgv: ['--enable-source-maps', '-r', preload],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    TestProcess.alive.add(this)
    this.#allow(deadlineMs, `no end after ${deadlineMs} ms`)
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', text => (this.#output += text))
    this.#child.on('message', message => this.#hear(message))
  }

  /** @returns {Promise<Outcome>} */
  outcome() {
    return new Promise(resolve => {
      const end = (/** @type {string} */ how) => {
        clearTimeout(this.#timer)
        TestProcess.alive.delete(this)
        resolve(this.#judge(how))
      }
      this.#child.on('error', error => end(`could not be started: ${error.message}`))
      // What the test started itself ends with it.
      this.#child.on('exit', () => this.kill())
      this.#child.on('close', (code, signal) =>
        end(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`),
      )
    })
  }

  /** Ends the test process and all that it started. */
  kill() {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      this.#child.kill('SIGKILL')
    }
  }

  /** @param {any} message */
  #hear(message) {
    if (message.type === 'start') this.#startTest(message.name)
    else if (message.type === 'end') this.#endTest(message.passed)
    else if (message.type === 'skip') this.#skip(message)
    else if (message.type === 'suite') this.#endSuite(message)
    else if (message.type === 'declared') this.#declared = message.count
    else if (message.type === 'open') this.#endHanging(message.lines)
    else if (message.type === 'finished') {
      this.#finished = true
      const grace = Math.min(graceMs, this.#deadlineMs)
      this.#allow(grace, `all tests ended, but the process did not within ${grace} ms`)
    }
  }

  /** @param {string} name */
  #startTest(name) {
    this.#running = name
    this.#runningSince = performance.now()
  }

  /** @param {boolean} passed */
  #endTest(passed) {
    const ms = Math.round(performance.now() - this.#runningSince)
    if (this.#running !== undefined) this.#tests.push({ name: this.#running, passed, ms })
    this.#running = undefined
    if (passed) this.#passedInSuite++
  }

  /** @param {Skip} skip */
  #skip({ name, reason }) {
    this.#skips.push({ name, reason })
    // A test that finds out while running that it cannot run has not passed.
    if (name === this.#running) this.#skippedInside++
  }

  /** @param {{ passed: number, total: number }} suite */
  #endSuite({ passed, total }) {
    this.#passed += passed
    this.#total += total
    this.#passedInSuite = 0
    this.#running = undefined
  }

  /**
   * @param {number} ms
   * @param {string} complaint
   */
  #allow(ms, complaint) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#hang(complaint), ms)
  }

  /** @param {string} complaint */
  #hang(complaint) {
    this.#hung = true
    this.#problems.push(`hangs: ${complaint}`)
    if (this.#running !== undefined) this.#problems.push(`running: "${this.#running}"`)
    if (this.#child.connected) this.#child.send({ type: 'what is open' }, () => {})
    this.#timer = setTimeout(
      () => this.#endHanging(['it does not answer: its event loop is blocked']),
      answerMs,
    )
  }

  /** @param {string[]} lines */
  #endHanging(lines) {
    this.#problems.push(...lines.map(line => `open: ${line}`))
    this.kill()
  }

  /**
   * @param {string} how the process ended, empty when it ended well
   * @returns {Outcome}
   */
  #judge(how) {
    const passed = this.#passed + this.#passedInSuite - this.#skippedInside
    const failedTests = this.#total - this.#passed
    if (!this.#hung) this.#judgeEnd(how, failedTests)
    return {
      passed,
      failed: failedTests + (this.#problems.length > 0 ? 1 : 0),
      skips: this.#skips,
      problems: this.#problems,
      output: this.#output,
      tests: this.#tests,
      ms: Math.round(performance.now() - this.#started),
    }
  }

  /**
   * @param {string} how
   * @param {number} failedTests
   */
  #judgeEnd(how, failedTests) {
    if (this.#running !== undefined)
      this.#problems.push(`"${this.#running}" never ended; the process ${how || 'ended'}`)
    else if (how && (failedTests === 0 || !this.#finished)) this.#problems.push(how)
    else if (this.#declared > this.#total)
      this.#problems.push(`${this.#declared - this.#total} of its ${this.#declared} tests never ran`)
    else if (this.#total === 0 && this.#skips.length === 0) this.#problems.push('it runs no test')
  }
}

module.exports = { TestProcess }
