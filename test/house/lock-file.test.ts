import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Locked {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>
}

test('the lock file names no place to download from, so that every registry will do', () => {
  const places = Object.values(packages).flatMap(({ resolved }) => resolved ?? [])
  assert.equal(places, [])
})

test('the lock file knows the packages of every platform, without which npm ci refuses it', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  )
  assert.equal(missing, [])
})

test.run()
