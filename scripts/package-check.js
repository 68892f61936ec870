// @ts-check
'use strict'
/*
 * Packs the package and looks at it as its users will: what is inside, whether links lead somewhere, whether every kind
 * of resolver finds code and types, and whether `require` and `import` from another folder give the same classes.
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
const belongs =
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|docs\/(?!guarantees).*\.md|examples\/.*\.(ts|mts|cjs)|dist\/src\/.*\.(js|mjs|d\.ts|d\.mts))$/

function main() {
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-package-'))
  try {
    const tarball = pack(folder)
    const files = unpack(tarball)
    const strangers = [...files.keys()].filter(path => !belongs.test(path))
    if (strangers.length > 0) fail(`does not belong into the package: ${strangers.join(', ')}`)
    for (const link of brokenLinks(files)) fail(`leads nowhere: ${link}`)
    tool('publint/src/cli.js', 'run', tarball, '--strict')
    tool('@arethetypeswrong/cli/dist/index.js', tarball, '--format', 'ascii')
    const user = install(folder, files)
    tryOut(user)
    compileThere(user)
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
 * Links of the pages to files that are not packed, by page.
 * @param {Map<string, Buffer>} files
 */
function brokenLinks(files) {
  const paths = [...files.keys()]
  return paths
    .filter(path => path.endsWith('.md'))
    .flatMap(page =>
      [...String(files.get(page)).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .map(([, link = '']) => ({ link, target: join(dirname(page), link).replace(/\/$/, '') }))
        .filter(({ target }) => !paths.some(path => path === target || path.startsWith(`${target}/`)))
        .map(({ link }) => `${link} in ${page}`),
    )
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

/** What a user's program says of the types of all doors; were they not found, the errors expected would not come. */
const userProgram = `
  import { KafkaClient, Producer } from 'rx-kafka'
  import { Apis } from 'rx-kafka/protocol'
  import { EmbeddedKafka } from 'rx-kafka/broker'
  export async function main(): Promise<string> {
    const kafka = await EmbeddedKafka.start({ brokers: 1 })
    const client = new KafkaClient(kafka.bootstrap)
    const receipt = await new Producer(client).send({ topic: 'orders', value: 'apples' })
    // @ts-expect-error -- an offset is a bigint
    const offset: number = receipt.offset
    const body = { transactionalId: null, transactionTimeoutMs: 1000 }
    const { producerId } = await client.request(Apis.InitProducerId, body)
    // @ts-expect-error -- an int64 is a Long
    producerId.neverHeardOf()
    return producerId.toString() + offset
  }`

/** How users resolve modules. */
const resolvers = [
  ['user.ts', '--moduleResolution', 'node10', '--module', 'commonjs'],
  ['user.cts', '--moduleResolution', 'node16', '--module', 'node16'],
  ['user.mts', '--moduleResolution', 'node16', '--module', 'node16'],
  ['user.ts', '--moduleResolution', 'bundler', '--module', 'esnext'],
]

/**
 * Compiles a user's program under every kind of resolver, declarations checked and without help for default imports.
 * @param {string} folder
 */
function compileThere(folder) {
  mkdirSync(join(folder, 'node_modules/@types'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'es2022', '--types', 'node']
  for (const [file = '', ...how] of resolvers) {
    writeFileSync(join(folder, file), userProgram)
    const interop = ['--esModuleInterop', 'false', '--ignoreDeprecations', '6.0']
    const args = [tsc, ...flags, ...interop, ...how, file]
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) fail(`${how.join(' ')}\n${stdout}`)
  }
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
