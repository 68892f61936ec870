// @ts-check
'use strict'
const { readdirSync } = require('node:fs')
const { join } = require('node:path')
const { build } = require('./build')
const { conclude, run } = require('./runner')

const root = join(__dirname, '..')

async function main(filter = '') {
  const typesHold = build()
  const types = { passed: typesHold ? 1 : 0, failed: typesHold ? 0 : 1, skipped: [] }
  conclude([types, await run({ files: unitTests(filter) })])
}

/** @param {string} filter */
function unitTests(filter) {
  return readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && !/^(kafka|contract)\//.test(path))
    .map(path => join('dist/test', path))
    .filter(path => path.includes(filter))
    .sort()
}

void main(process.argv[2])
