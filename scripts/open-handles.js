// @ts-check
'use strict'
const { ChildProcess } = require('node:child_process')
const { Server, Socket } = require('node:net')

/** Timers that were started, with where; a finished one is forgotten when the map grows. */
const timers = new Map()

/** Remembers where each timer is started: Node itself tells only that there is one. */
function watchTimers() {
  for (const name of /** @type {const} */ (['setTimeout', 'setInterval'])) {
    const original = globalThis[name]
    const watched = (/** @type {[any]} */ ...args) => {
      const timer = original(...args)
      if (timers.size > 1000) forgetFinished()
      timers.set(timer, new Error(name))
      return timer
    }
    Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original))
    Object.assign(globalThis, { [name]: watched })
  }
}

function forgetFinished() {
  for (const timer of timers.keys()) if (timer._destroyed) timers.delete(timer)
}

/**
 * What keeps this process alive, one line each.
 * @returns {string[]}
 */
function describeOpenHandles() {
  forgetFinished()
  const running = [...timers].filter(([timer]) => timer.hasRef())
  return [
    `active resources: ${countEach(process.getActiveResourcesInfo())}`,
    ...openHandles().map(describeHandle),
    ...running.map(([, started]) => `${started.message} started ${callSite(started)}`),
  ]
}

/** @returns {unknown[]} */
function openHandles() {
  const standard = new Set([process.stdin, process.stdout, process.stderr])
  const handles = /** @type {any} */ (process)._getActiveHandles()
  return handles.filter((/** @type {any} */ handle) => !standard.has(handle))
}

/** @param {unknown} handle */
function describeHandle(handle) {
  if (handle instanceof Server) return `server listening on ${JSON.stringify(handle.address())}`
  if (handle instanceof ChildProcess) return `child process ${handle.pid}: ${handle.spawnargs.join(' ')}`
  if (handle instanceof Socket) {
    const { localAddress, localPort, remoteAddress, remotePort } = handle
    return `socket ${localAddress}:${localPort} -> ${remoteAddress}:${remotePort}`
  }
  return `handle ${/** @type {any} */ (handle)?.constructor?.name}`
}

/** @param {Error} error */
function callSite(error) {
  const frames = error.stack?.split('\n').slice(1) ?? []
  const outside = frames.filter(frame => !frame.includes(__filename) && !frame.includes('node:internal'))
  return outside.slice(0, 3).join(' ').replace(/\s+/g, ' ').trim()
}

/** @param {string[]} names */
function countEach(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} x${count}`).join(', ') || 'none'
}

module.exports = { describeOpenHandles, watchTimers }
