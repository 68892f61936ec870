// @ts-check
'use strict'
const { spawnSync } = require('node:child_process')
const { lstatSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')

/**
 * Installs the dependencies when what is installed is not what the lock file says. A linked `node_modules` belongs
 * to another checkout and is left alone.
 */
function installWhenStale() {
  if (isLink('node_modules') || isInstalled()) return
  console.log('Installing ...')
  // A registry that lacks packages of other platforms can make `ci` refuse the lock file; `install` passes over them.
  if (!npm('ci') && !npm('install', '--no-save')) throw new Error('the dependencies could not be installed')
}

/** @param {string[]} args */
function npm(...args) {
  const { command, args: first } = npmCommand()
  const flags = ['--include=dev', '--no-audit', '--no-fund']
  return spawnSync(command, [...first, ...args, ...flags], { cwd: root, stdio: 'inherit' }).status === 0
}

/** How to call npm: the one that runs us, else the one on the path. */
function npmCommand() {
  const running = process.env['npm_execpath']
  if (running?.endsWith('.js')) return { command: process.execPath, args: [running] }
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
}

function isInstalled() {
  const wanted = lockedPackages('package-lock.json')
  const found = lockedPackages('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || found[path]?.version === entry.version,
  )
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return {}
  }
}

/** @param {string} path */
function isLink(path) {
  return lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

module.exports = { installWhenStale, npmCommand }
