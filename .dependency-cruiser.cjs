// @ts-check
'use strict'
const { publicDoors } = require('./scripts/doors')

/** @typedef {{ rooms: string[], types?: string[], packages?: string[] }} Room */

/** What every room of the client side may reach. */
const client = ['kernel', 'deferred', 'protocol', 'client']
/** Rooms built on top of a consumer or producer that somebody else made: they know only its types. */
const onTop = { rooms: ['kernel', 'deferred'], types: ['producer', 'consumer'], packages: ['rxjs'] }

/**
 * Who may import whom. A room is entered through its index.ts only.
 * @type {Record<string, Room>}
 */
const rooms = {
  kernel: { rooms: [], packages: ['long', 'debug'] },
  deferred: { rooms: ['kernel'], packages: ['rxjs'] },
  protocol: { rooms: ['kernel'] },
  auth: { rooms: ['kernel'] },
  partitioners: { rooms: ['kernel'] },
  assignors: { rooms: ['kernel'] },
  compression: { rooms: ['kernel'], packages: ['snappy', '@bokuweb/zstd-wasm'] },
  network: { rooms: ['kernel', 'protocol', 'auth'] },
  client: { rooms: ['kernel', 'deferred', 'protocol', 'compression', 'network', 'auth'], packages: ['rxjs'] },
  producer: { rooms: [...client, 'compression', 'partitioners'], packages: ['rxjs'] },
  group: { rooms: [...client, 'assignors'], packages: ['rxjs'] },
  consumer: { rooms: [...client, 'compression', 'group'], packages: ['rxjs'] },
  admin: { rooms: client, packages: ['rxjs'] },
  pipeline: onTop,
  rest: onTop,
  discovery: onTop,
  metrics: onTop,
  broker: { rooms: ['kernel', 'protocol', 'compression', 'auth', 'network', 'assignors'] },
}
const sockets = '^(node:)?(net|tls|dns)(/|$)'
const doors = publicDoors().map(door => `^${door.source}$`)

/** @param {string[]} names */
const roomDoors = names => names.map(name => `^src/${name}/index\\.ts$`)

/** @param {[string, Room]} entry */
function rulesOf([room, { rooms: mayUse, types = [], packages = [] }]) {
  const from = { path: `^src/${room}/` }
  const own = `^src/${room}/`
  return [
    rule(`${room} imports`, from, { path: '^src/', pathNot: [own, ...roomDoors([...mayUse, ...types])] }),
    rule(`${room} packages`, from, { path: 'node_modules/', pathNot: packages.map(packageFiles) }),
    ...types.map(name =>
      rule(`${room} knows types of ${name}`, from, {
        path: roomDoors([name])[0],
        dependencyTypesNot: ['type-only'],
      }),
    ),
  ]
}

/** @param {string} name */
function packageFiles(name) {
  return `node_modules/(@types/)?${name}/`
}

/**
 * @param {string} name
 * @param {object} from
 * @param {object} to
 */
function rule(name, from, to) {
  return { name: name.replaceAll(' ', '-'), severity: /** @type {const} */ ('error'), from, to }
}

/** Users of the package that live beside it: they see what every user sees. */
const users = '^(src/cli|examples)/'
const known = [...Object.keys(rooms), 'cli'].map(name => `^src/${name}/`)

/** A package that a user's installation would not bring. A peer of ours is a development package besides. */
const undeclared = {
  dependencyTypes: /** @type {const} */ (['npm-dev', 'npm-no-pkg', 'npm-unknown']),
  dependencyTypesNot: /** @type {const} */ (['npm-peer', 'type-only']),
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).flatMap(rulesOf),
    rule(
      'front door imports',
      { path: '^src/index\\.ts$' },
      { path: '^src/', pathNot: '^src/[^/]+/index\\.ts$' },
    ),
    rule('unknown room', { path: '^src/[^/]+/', pathNot: known }, {}),
    rule('users take public doors', { path: users }, { path: '^src/', pathNot: ['^src/cli/', ...doors] }),
    rule('sources stand alone', { path: '^src/' }, { path: '^(test|bench|examples|scripts)/' }),
    rule('sources never import the output', { path: '^src/', pathNot: users }, { path: '^dist/' }),
    rule('sockets in network', { path: '^src/', pathNot: '^src/network/' }, { path: sockets }),
    rule('declared packages', { path: '^src/' }, undeclared),
    rule('no cycles', {}, { circular: true }),
    rule('all resolve', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    preserveSymlinks: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'types', 'default'],
    },
  },
}
