// @ts-check
'use strict'
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { basename, join } = require('node:path')

const root = join(__dirname, '..')

/**
 * @typedef {object} Door a public entry of the package
 * @property {string} name as users import it, such as `rx-kafka/protocol`
 * @property {string} source its file in the sources, such as `src/protocol/index.ts`
 * @property {string} cjs
 * @property {string} esm
 * @property {string} esmTypes
 */

/**
 * The doors that package.json lists.
 * @returns {Door[]}
 */
function publicDoors() {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path, target]) => ({
      name: name + path.slice(1),
      source: target.require.types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts'),
      cjs: target.require.default,
      esm: target.import.default,
      esmTypes: target.import.types,
    }))
}

/**
 * Writes, for each door, an ES module that hands on what the CommonJS module exports. Both kinds of user then hold
 * the same classes, which `instanceof` and shared state need.
 */
function writeEsmDoors() {
  for (const door of publicDoors()) {
    const from = JSON.stringify(`./${basename(door.cjs)}`)
    const names = Object.keys(require(join(root, door.cjs))).filter(name => name !== 'default')
    const lines = [`import cjs from ${from}`, ...names.map(name => `export const ${name} = cjs.${name}`)]
    writeWhenChanged(join(root, door.esm), `${lines.join('\n')}\n`)
    writeWhenChanged(join(root, door.esmTypes), `export * from ${from}\n`)
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function writeWhenChanged(file, text) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}

module.exports = { publicDoors, writeEsmDoors }
