// @ts-check
'use strict'
const { existsSync, readFileSync, readdirSync, rmSync } = require('node:fs')
const { join, relative } = require('node:path')

const root = join(__dirname, '..')
const reports = join(root, 'coverage')

/** Forgets the last run. @returns {NodeJS.ProcessEnv} what makes a Node process note which lines it ran */
function startCoverage() {
  rmSync(reports, { recursive: true, force: true })
  return { NODE_V8_COVERAGE: join(reports, 'raw') }
}

/** The arguments of Node that report the coverage and fail below the floor of .c8rc.json. */
function coverageCommand() {
  const exempt = modulesWithoutCode().flatMap(file => ['--exclude', file])
  return [
    'node_modules/c8/bin/c8.js',
    'report',
    '--reporter',
    'json-summary',
    '--reporter',
    'text',
    ...exempt,
  ]
}

/** Files of types alone: nothing loads them, which would count as code that no test reaches. */
function modulesWithoutCode() {
  return readdirSync(join(root, 'dist/src'), { recursive: true, withFileTypes: true })
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => path.endsWith('.js') && !hasCode(readFileSync(path, 'utf8')))
    .map(path => relative(root, path))
}

/** @param {string} compiled */
function hasCode(compiled) {
  const code = compiled
    .replace('"use strict";', '')
    .replace('Object.defineProperty(exports, "__esModule", { value: true });', '')
    .replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
  return code.trim() !== ''
}

/** Percent of the lines of the sources that the tests ran, when there is a report. @returns {number | undefined} */
function coveredLines() {
  const file = join(reports, 'coverage-summary.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).total.lines.pct : undefined
}

module.exports = { coverageCommand, coveredLines, startCoverage }
