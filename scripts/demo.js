// @ts-check
'use strict'
/*
 * npm run demo [-- --help]
 *
 * Installs and compiles what is missing, then runs examples/tour.ts: on brokers inside its own process, or on the
 * cluster that is given.
 */
const { spawnSync } = require('node:child_process')
const { join } = require('node:path')
const { build } = require('./build')
const { installWhenStale } = require('./install')

const tour = join(__dirname, '../dist/examples/tour.js')

installWhenStale()
console.log('Compiling ...')
if (!build({ demo: true })) throw new Error('the project does not compile')
const { status } = spawnSync(process.execPath, [tour, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
