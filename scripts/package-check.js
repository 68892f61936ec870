// @ts-check
'use strict'
/*
 * Packs the package and looks at it as its users will: what is inside, whether every kind of resolver finds code
 * and types, and whether `require` and `import` from another folder give the same classes.
 */
const { execFileSync, spawnSync } = require('node:child_process')
const {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} = require('node:fs')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { gunzipSync } = require('node:zlib')
const { publicDoors } = require('./doors')
const { npmCommand } = require('./install')

const root = join(__dirname, '..')
const belongs = /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/src\/.*\.(js|mjs|d\.ts|d\.mts))$/

function main() {
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-package-'))
  try {
    const tarball = pack(folder)
    const files = unpack(tarball)
    const strangers = [...files.keys()].filter(path => !belongs.test(path))
    if (strangers.length > 0) fail(`does not belong into the package: ${strangers.join(', ')}`)
    tool('publint/src/cli.js', 'run', tarball, '--strict')
    tool('@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'node16', '--format', 'ascii')
    tryOut(install(folder, files))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @param {string} folder */
function pack(folder) {
  const { command, args } = npmCommand()
  execFileSync(command, [...args, 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
  })
  return join(folder, readdirSync(folder)[0] ?? '')
}

/**
 * The files of a packed package by path, without the leading `package/`.
 * @param {string} tarball
 * @returns {Map<string, Buffer>}
 */
function unpack(tarball) {
  const bytes = gunzipSync(readFileSync(tarball))
  const text = (/** @type {number} */ from, /** @type {number} */ to) =>
    bytes.toString('utf8', from, to).replace(/\0.*$/s, '')
  const files = new Map()
  for (let at = 0; bytes[at];) {
    const size = parseInt(text(at + 124, at + 136), 8)
    const path = join(text(at + 345, at + 500), text(at, at + 100))
    files.set(path.replace(/^package\//, ''), bytes.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

/**
 * Lays the package out with what it declares to need, and nothing else.
 * @param {string} folder
 * @param {Map<string, Buffer>} files
 */
function install(folder, files) {
  const modules = join(folder, 'user', 'node_modules')
  const { name, dependencies, peerDependencies } = JSON.parse(String(files.get('package.json')))
  for (const [path, content] of files) {
    const target = join(modules, name, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }
  for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
    mkdirSync(dirname(join(modules, needed)), { recursive: true })
    symlinkSync(join(root, 'node_modules', needed), join(modules, needed))
  }
  return dirname(modules)
}

/** @param {string} folder */
function tryOut(folder) {
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    for (const door of ${JSON.stringify(publicDoors().map(door => door.name))}) {
      const required = require(door)
      const imported = await import(door)
      const names = Object.keys(required).filter(name => name !== 'default')
      const different = names.filter(name => required[name] !== imported[name])
      if (names.length === 0) throw new Error(door + ' exports nothing')
      if (different.length > 0) throw new Error(door + ' gives require and import different ' + different)
    }`
  writeFileSync(join(folder, 'try.mjs'), program)
  const { status, stderr } = spawnSync(process.execPath, ['try.mjs'], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) fail(stderr)
}

/** @param {string[]} command */
function tool(...[script, ...args]) {
  const path = join(root, 'node_modules', script ?? '')
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) fail(`${script}\n${stdout}${stderr}`)
}

/** @param {string} what */
function fail(what) {
  console.log(what)
  process.exitCode = 1
}

main()
