import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatHost, parseHosts, type Hosts } from '../../src/client/hosts'
import { ArgumentError } from '../../src/kernel'

const good: readonly (readonly [given: Hosts, said: string])[] = [
  ['localhost', 'localhost:9092'],
  ['a,b:9093', 'a:9092 b:9093'],
  [' a:1 , b:2 ', 'a:1 b:2'],
  ['a,a:9092,a', 'a:9092'],
  ['[::1]:9093', '[::1]:9093'],
  ['[::1]', '[::1]:9092'],
  ['[fe80::1%eth0]:9092', '[fe80::1%eth0]:9092'],
  [['a', 'b:1'], 'a:9092 b:1'],
  [[{ host: '::1', port: 5 }, { host: '[::2]' }], '[::1]:5 [::2]:9092'],
  ['kafka-1.example.com:19092', 'kafka-1.example.com:19092'],
]

for (const [given, said] of good) {
  test(`${JSON.stringify(given)} means ${said}`, () => {
    assert.is(parseHosts(given).map(formatHost).join(' '), said)
  })
}

const bad: readonly (readonly [given: unknown, hint: RegExp])[] = [
  ['', /host:port/],
  ['a,,b', /host:port/],
  ['a:', /host:port/],
  ['a:0', /port from 1 to 65535/],
  ['a:65536', /port from 1 to 65535/],
  ['a:kafka', /host:port/],
  ['::1', /brackets, such as \[::1\]:9092/],
  ['kafka://a:9092', /without a scheme/],
  [[], /host:port/],
  [undefined, /host:port/],
  [9092, /host:port/],
  [[{ host: '' }], /host name/],
  [[{ host: 'a', port: '9092' }], /port from 1 to 65535/],
  [[{ port: 9092 }], /host name/],
  ['a b:9092', /host:port/],
]

for (const [given, hint] of bad) {
  test(`${JSON.stringify(given) ?? 'undefined'} is refused with what would do`, () => {
    try {
      parseHosts(given as Hosts)
    } catch (error) {
      assert.instance(error, ArgumentError)
      assert.match((error as Error).message, hint)
      return
    }
    assert.unreachable('it was accepted')
  })
}

test.run()
