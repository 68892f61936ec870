// @ts-check
'use strict'
/*
 * Preloaded into every test file by the runner. It tells the runner, over the process channel, which test runs and
 * how each suite ended; the counts come from uvu's own results and never from its printed text.
 */
const { describeOpenHandles, watchTimers } = require('./open-handles')

/** @param {object} message */
const tell = message => void process.send?.(message, () => {})
let declared = 0
let waiting = 0

// A test that forks passes its own flags on, this file among them: only the runner's direct child may report.
if (Number(process.env['TEST_RUNNER_PID']) === process.ppid) {
  watchTimers()
  watchQueue()
  watchDeclarations()
  process.on('message', answer)
  process.on('disconnect', () => process.exit(1))
  process.on('beforeExit', () => tell({ type: 'declared', count: declared }))
  process.channel?.unref()
}

/** uvu runs the suites of a global queue; ours is the same queue, with an eye on each suite's result. */
function watchQueue() {
  const queue = Object.assign([], { push: watchGroup })
  Object.assign(globalThis, { UVU_QUEUE: queue })

  /** @param {any[]} group */
  function watchGroup(group) {
    group.push = suite => Array.prototype.push.call(group, watchSuite(suite))
    return Array.prototype.push.call(queue, group)
  }
}

/** @param {() => Promise<[unknown, number, number, number]>} suite */
function watchSuite(suite) {
  waiting++
  return async () => {
    const result = await suite()
    const [, passed, , total] = result
    tell({ type: 'suite', passed, total })
    if (--waiting === 0) tell({ type: 'finished' })
    return result
  }
}

function watchDeclarations() {
  /** @type {any} its exports are read-only only to the compiler */
  const uvu = require('uvu')
  const { suite, test } = uvu
  uvu.test = watchTests(test)
  uvu.suite = (/** @type {any[]} */ ...args) => watchTests(suite(...args))
}

/** @param {any} original */
function watchTests(original) {
  /** @type {any} */
  const test = (/** @type {string} */ name, /** @type {Function} */ handler) => {
    declared++
    original(name, watchTest(name, handler))
  }
  test.only = (/** @type {string} */ name, /** @type {Function} */ handler) => {
    declared++
    original.only(name, watchTest(name, handler))
  }
  test.skip = (/** @type {string} */ name) => {
    tell({ type: 'skip', name, reason: 'marked with test.skip' })
    original.skip()
  }
  return Object.assign(test, { before: original.before, after: original.after, run: original.run })
}

/**
 * @param {string} name
 * @param {Function} handler
 */
function watchTest(name, handler) {
  return async (/** @type {unknown} */ state) => {
    tell({ type: 'start', name })
    let passed = false
    try {
      await handler(state)
      passed = true
    } finally {
      tell({ type: 'end', name, passed })
    }
  }
}

/** @param {any} message */
function answer(message) {
  if (message.type === 'what is open') tell({ type: 'open', lines: describeOpenHandles() })
}
