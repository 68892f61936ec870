import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** A project in which every import of `bad` breaks the rule it is listed under, and `good` breaks none. */
const bad: [rule: string, from: string, imports: string][] = [
  ['kernel-imports', 'src/kernel/up.ts', "import '../protocol'"],
  ['protocol-imports', 'src/protocol/past-the-door.ts', "import '../kernel/clock'"],
  ['client-imports', 'src/client/down.ts', "import '../producer'"],
  ['broker-imports', 'src/broker/other-side.ts', "import '../client'"],
  ['kernel-packages', 'src/kernel/reactive.ts', "import 'rxjs'"],
  ['network-packages', 'src/network/chatty.ts', "import 'debug'"],
  ['compression-packages', 'src/compression/long.ts', "import 'long'"],
  ['kernel-packages', 'src/kernel/types-too.ts', "import type { Observable } from 'rxjs'"],
  ['metrics-knows-types-of-producer', 'src/metrics/value.ts', "import '../producer'"],
  ['front-door-imports', 'src/index.ts', "export * from './kernel/clock'"],
  ['unknown-room', 'src/attic/index.ts', "import '../kernel'"],
  ['users-take-public-doors', 'src/cli/inside.ts', "import '../client'"],
  ['users-take-public-doors', 'examples/inside.ts', "import '../src/client'"],
  ['sources-stand-alone', 'src/kernel/tested.ts', "import '../../test/probe'"],
  ['sources-never-import-the-output', 'src/kernel/output.ts', "import '../../dist/src/index'"],
  ['sockets-in-network', 'src/client/socket.ts', "import 'node:net'"],
  ['sockets-in-network', 'src/protocol/names.ts', "import { lookup } from 'dns/promises'"],
  ['declared-packages', 'src/client/rival.ts', "import 'kafkajs'"],
  ['no-cycles', 'src/kernel/egg.ts', "import './hen'"],
  ['all-resolve', 'src/kernel/lost.ts', "import './nowhere'"],
]
const good: Record<string, string> = {
  'src/kernel/hen.ts': "import './egg'",
  'src/kernel/clock.ts': '',
  'src/kernel/index.ts': "import './clock'\nimport 'debug'\nimport 'long'",
  'src/protocol/index.ts': "import '../kernel'",
  'src/network/index.ts':
    "import 'node:net'\nimport 'node:tls'\nimport 'node:dns/promises'\nimport '../protocol'",
  'src/compression/index.ts': "import 'snappy'\nimport '@bokuweb/zstd-wasm'\nimport 'node:zlib'",
  'src/client/index.ts': "import '../network'\nimport '../kernel'\nimport 'rxjs'",
  'src/producer/index.ts': "import '../client'\nimport '../compression'",
  'src/metrics/index.ts': "import type {} from '../producer'\nimport { map } from 'rxjs/operators'",
  'src/cli/main.ts': "import '../protocol'\nimport '../index'\nimport './inside'",
  'test/probe.ts': '',
  'dist/src/index.js': '',
}

let violations: string[] = []

test.before(() => {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'))
  for (const [, file, text] of bad) write(file, text)
  for (const [file, text] of Object.entries(good)) write(file, text)
  write('package.json', JSON.stringify({ name: 'probe', ...packages() }))
  write('tsconfig.json', '{ "compilerOptions": { "module": "node20" } }')
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  violations = cruise(folder)
  rmSync(folder, { recursive: true })

  function write(file: string, text: string) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
})

function packages() {
  const { dependencies, devDependencies, peerDependencies } = require(resolve('package.json')) as Record<
    string,
    unknown
  >
  return { dependencies, devDependencies, peerDependencies }
}

function cruise(cwd: string): string[] {
  const tool = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [tool, '--config', resolve('.dependency-cruiser.cjs'), '-T', 'json', 'src', 'examples']
  // Of the tool's own code nobody asks which lines ran.
  const env = { ...process.env, NODE_V8_COVERAGE: undefined }
  const { stdout } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8', maxBuffer: 1e8 })
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string }[] }
  }
  return summary.violations.map(({ rule, from }) => `${rule.name} ${from}`)
}

for (const [rule, from, imports] of bad)
  test(`${rule} refuses ${imports} in ${from}`, () => {
    assert.ok(violations.includes(`${rule} ${from}`), `found only:\n${violations.join('\n')}`)
  })

test('what the table of rooms allows passes', () => {
  const blamed = violations.filter(violation =>
    Object.keys(good).some(file => violation.endsWith(` ${file}`)),
  )
  assert.equal(
    blamed.filter(violation => !violation.startsWith('no-cycles')),
    [],
  )
})

test.run()
