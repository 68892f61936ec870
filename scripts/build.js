// @ts-check
'use strict'
const { spawnSync } = require('node:child_process')
const { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { join, relative, sep } = require('node:path')
const { writeEsmDoors } = require('./doors')
const { installWhenStale } = require('./install')

const root = join(__dirname, '..')
const dist = join(root, 'dist')

/**
 * Compiles sources, tests, examples and benchmarks into `dist`, anew only where something changed.
 * @param {object} [options]
 * @param {boolean} [options.demo] only what the demo needs, and no types, which is much faster
 * @returns {boolean} whether the types hold; the output is written even when they do not
 */
function build({ demo = false } = {}) {
  installWhenStale()
  pruneOutput()
  const sound = demo ? compileDemo() : compile('.')
  writeTypesPlainly()
  writeEsmDoors()
  makeCommandsExecutable()
  return sound
}

/** Where everything was compiled before, all of it is kept up to date, so that there is one record of what is. */
function compileDemo() {
  if (existsSync(join(dist, '.tsbuildinfo'))) return compile('.', ['--noCheck', '--declaration', 'false'])
  return compile('scripts/demo.tsconfig.json')
}

/**
 * @param {string} project a tsconfig.json or its folder
 * @param {string[]} [flags]
 */
function compile(project, flags = []) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return (
    spawnSync(process.execPath, [tsc, '-p', project, ...flags], { cwd: root, stdio: 'inherit' }).status === 0
  )
}

/**
 * Writes inferred types as every compiler understands them. One before TypeScript 5.7 does not know `Buffer<ArrayBufferLike>`,
 * which says the same as `Buffer`; and what `import("long")` is depends on how modules are resolved, which the type
 * of our own of that name allows for.
 */
function writeTypesPlainly() {
  const folder = join(dist, 'src')
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.d.ts')) continue
    const text = readFileSync(join(folder, path), 'utf8')
    const kernel = relative(join(path, '..'), 'kernel').split(sep).join('/')
    const plain = text
      .replace(/\b(Buffer|Uint8Array)<ArrayBuffer(Like)?>/g, '$1')
      .replace(/(?<!typeof )import\("long"\)/g, `import("${kernel}").Long`)
    if (plain !== text) writeFileSync(join(folder, path), plain)
  }
}

function makeCommandsExecutable() {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const file of Object.values(bin)) if (existsSync(join(root, file))) chmodSync(join(root, file), 0o755)
}

/** Removes what was compiled from a file that is gone, so that a deleted test does not run on. */
function pruneOutput() {
  if (!existsSync(dist)) return
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const output = join(entry.parentPath, entry.name)
    const [, stem, kind] = /^(.*?)\.(js|js\.map|d\.ts)$/.exec(relative(dist, output)) ?? []
    if (entry.isFile() && stem && kind && !existsSync(join(root, `${stem}.ts`))) rmSync(output)
  }
}

module.exports = { build, compile }

if (require.main === module) process.exitCode = build() ? 0 : 1
