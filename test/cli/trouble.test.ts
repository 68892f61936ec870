import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerError, ConnectionError, TimeoutError, UnavailableError, VirtualClock } from '../../src'
import { EmbeddedKafka } from '../../src/broker'
import { placeOf } from '../../src/cli/place'
import { reasonOf, unreachable } from '../../src/cli/reason'
import { Warnings } from '../../src/cli/warnings'
import { localhostCertificate } from '../fixtures/localhost-certificate'
import { runHere } from './run-here'

const commands = [
  ['topics', 'list'],
  ['produce', 'orders'],
  ['consume', 'orders'],
]

for (const command of commands)
  test(`rx-kafka ${command.join(' ')}: a wrong address fails soon, in one line that says what helps`, async () => {
    const { exitCode, stdout, stderr } = await runHere([...command, '-b', '127.0.0.1:1', '--timeout', '0.2'])
    assert.equal([exitCode, stdout], [1, ''])
    assert.match(
      stderr,
      /^rx-kafka: no broker could be reached within 0\.2 s: 127\.0\.0\.1:1: refused: nothing listens there[^\n]*; --bootstrap says 127\.0\.0\.1:1\n$/,
    )
  })

test('what several addresses said alike is told once, without what was wrapped around it', () => {
  const refused = (broker: string) =>
    new ConnectionError(`bootstrap ${broker}`, 'cannot connect', {
      maybeSent: false,
      cause: new ConnectionError('kafka:9092', 'refused', { maybeSent: false }),
    })
  const cause = new UnavailableError('nobody', [refused('a'), refused('b'), new Error('other')])
  assert.is(
    unreachable(new TimeoutError('call', 2500, 'metadata', { cause }), 'kafka'),
    'no broker could be reached within 2.5 s: kafka:9092: refused; other',
  )
})

test('the last word says where the place comes from', async () => {
  const list = ['topics', 'list', '--timeout', '0.05']
  const { stderr } = await runHere(list, { env: { KAFKA_BROKERS: '127.0.0.1:1' } })
  assert.match(
    stderr,
    /; KAFKA_BROKERS says 127\.0\.0\.1:1; --bootstrap HOST:PORT says where the cluster is\n$/,
  )
  assert.match(placeOf({}, { env: {} }).source, /^localhost:9092 is the default; --bootstrap/)
})

test('any other error is told as it is, in one line', () => {
  const row = { name: 'NO', code: 1, remedy: 'give-up', meaning: 'no\n  way' } as const
  assert.is(reasonOf(new BrokerError(row, 'topic a')), 'topic a: NO (1), no way')
  assert.is(reasonOf(new TimeoutError('call', 10, 'here')), 'here: no answer within 10 ms (call timeout)')
})

test('a file of certificates is trusted, and one that cannot be read is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-cli-'))
  const kafka = await EmbeddedKafka.start({ tls: localhostCertificate, topics: { orders: {} } })
  try {
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, localhostCertificate.cert)
    const list = ['topics', 'list', '-b', kafka.bootstrap, '--timeout', '2', '--tls']
    assert.is((await runHere([...list, '--ca', ca])).stdout, 'orders\n')
    const missing = await runHere([...list, '--ca', join(folder, 'none.pem')])
    assert.is(missing.exitCode, 1)
    assert.match(missing.stderr, /^rx-kafka: --ca: ENOENT: no such file[^\n]*\n$/)
    assert.match(
      (await runHere(list)).stderr,
      /rx-kafka: no broker could be reached within 2 s: .*certificate is self-signed; give it with --ca /,
    )
  } finally {
    await kafka.close()
    rmSync(folder, { recursive: true })
  }
})

function warnings({ verbose }: { verbose: boolean }) {
  const clock = new VirtualClock()
  const stderr = new PassThrough()
  return {
    clock,
    warnings: new Warnings({ clock, stderr }, verbose),
    told: () => ((stderr.read() as Buffer | null) ?? '').toString(),
  }
}

test('trouble is told from the moment that the cluster was reached, the same at most once a minute', async () => {
  const { clock, warnings: to, told } = warnings({ verbose: false })
  to.log('warn', 'before')
  to.begin()
  to.log('warn', 'gone')
  to.log('warn', 'gone')
  to.log('error', 'other')
  to.log('info', 'a detail')
  assert.is(told(), 'rx-kafka: gone\nrx-kafka: other\n')
  await clock.advance(59_999)
  to.log('warn', 'gone')
  assert.is(told(), '')
  await clock.advance(1)
  to.log('warn', 'gone')
  assert.is(told(), 'rx-kafka: gone\n')
})

test('with --verbose all but the smallest things are told, from the beginning', () => {
  const { warnings: to, told } = warnings({ verbose: true })
  to.log('warn', 'trouble')
  to.log('info', 'a detail')
  to.log('debug', 'nothing')
  assert.is(told(), 'rx-kafka: trouble\nrx-kafka: a detail\n')
})

test('texts of one subject are taken for the same', () => {
  const { warnings: to, told } = warnings({ verbose: false })
  to.begin()
  to.tell('warn', 'orders starts at 5', 'orders')
  to.tell('warn', 'orders starts at 6', 'orders')
  assert.is(told(), 'rx-kafka: orders starts at 5\n')
})

test.run()
