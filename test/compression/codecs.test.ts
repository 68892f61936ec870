import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkLevel, codecNames, codecs } from '../../src/compression'
import { optionalPackage } from '../../src/compression/optional-package'
import { ArgumentError, UnsupportedError, type CompressionType } from '../../src/kernel'

test('there is a codec for every compression type of Kafka', () => {
  assert.equal(codecNames, ['none', 'gzip', 'snappy', 'lz4', 'zstd'])
  for (const name of codecNames) {
    assert.is(codecs(name).type, name)
    assert.is(codecs(name), codecs(name))
  }
})

test('a type that Kafka does not have is refused by name', () => {
  for (const type of ['brotli', 'toString', 5, undefined])
    assert.throws(
      () => codecs(type as CompressionType),
      (error: unknown) =>
        error instanceof ArgumentError &&
        error.argument === 'compression' &&
        error.message.includes('expected none, gzip, snappy, lz4, zstd'),
    )
})

test('no compression is the data itself, within the limit', () => {
  const data = Buffer.from('data')
  assert.is(codecs('none').decompress(codecs('none').compress(data), 4), data)
  assert.throws(
    () => codecs('none').decompress(data, 3),
    /4 bytes of data would pass maxDecompressedBytes \(3\)/,
  )
})

test('gzip and zstd take levels, and a higher one packs closer', () => {
  const data = Buffer.from(
    Array.from({ length: 5000 }, (_, index) => `value ${(index * index) % 1009};`).join(''),
  )
  for (const [type, low, high] of [
    ['gzip', 1, 9],
    ['zstd', -5, 19],
  ] as const) {
    const [fast, close] = [low, high].map(level => codecs(type).compress(data, level))
    assert.ok(fast!.length > close!.length * 1.1, `${type}: ${fast!.length} and ${close!.length}`)
    assert.ok(codecs(type).decompress(fast!, data.length).equals(data))
    assert.ok(codecs(type).decompress(close!, data.length).equals(data))
  }
})

test('a level that a type does not have is refused, and the text says what it has', () => {
  const wrong: [CompressionType, number, RegExp][] = [
    ['gzip', 0, /^level: expected an integer from 1 to 9 for gzip, got 0$/],
    ['gzip', 10, /^level: expected an integer from 1 to 9 for gzip, got 10$/],
    ['gzip', 1.5, /^level: expected an integer/],
    ['gzip', NaN, /^level: expected an integer/],
    ['zstd', 23, /^level: expected an integer from -131072 to 22 for zstd, got 23$/],
    ['snappy', 1, /^level: expected none, since snappy has no levels, got 1$/],
    ['lz4', 9, /^level: expected none, since lz4 has no levels, got 9$/],
    ['none', 1, /^level: expected none, since none has no levels, got 1$/],
  ]
  for (const [type, level, text] of wrong) {
    const refused = (error: unknown) => error instanceof ArgumentError && text.test(error.message)
    assert.throws(() => codecs(type).compress(Buffer.from('x'), level), refused, type)
    assert.throws(() => checkLevel(type, level), refused, type)
  }
  assert.throws(
    () => checkLevel('gzip', 10, 'producer option compressionLevel'),
    /^producer option compressionLevel: /,
  )
  for (const type of codecNames) checkLevel(type, undefined)
})

test('a package that is missing or does not run here is an UnsupportedError that says what to do', () => {
  const missing = () => {
    const error = new Error("Cannot find module 'zstd-package'\nRequire stack: ...")
    throw Object.assign(error, { code: 'MODULE_NOT_FOUND' })
  }
  assert.throws(
    () => optionalPackage('zstd compression', 'run `npm install zstd-package`', missing),
    (error: unknown) =>
      error instanceof UnsupportedError &&
      error.message ===
        "zstd compression: run `npm install zstd-package` (Cannot find module 'zstd-package')" &&
      error.cause === undefined,
  )
})

test.run()
