import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { brokerOptions } from '../../src/cli/broker/options'
import { startCommand } from './run-command'
import { runHere, startHere, type Running } from './run-here'

/** Resolves when the broker says where it listens. */
async function listening({ stdout }: Pick<Running, 'stdout'>): Promise<string> {
  for (;;) {
    const [, bootstrap] = /^listening on (.*)\n/.exec(stdout()) ?? []
    if (bootstrap !== undefined) return bootstrap
    await new Promise(setImmediate)
  }
}

/** A broker command for one test, which must end well. */
async function withBroker(
  options: string,
  work: (bootstrap: string, broker: Running) => Promise<void>,
): Promise<string> {
  const broker = startHere(`broker --port 0 ${options}`.trim().split(' '))
  try {
    await work(await listening(broker), broker)
  } finally {
    broker.interrupt()
  }
  const { exitCode, stderr } = await broker.ended
  assert.is(exitCode, 0)
  return stderr
}

test('a cluster runs until it is interrupted, and the other commands work with it', async () => {
  const told = await withBroker('--brokers 3 --topic orders:4 --topic audit', async bootstrap => {
    assert.is(bootstrap.split(',').length, 3)
    const cluster = ['-b', bootstrap]
    assert.is((await runHere(['topics', 'list', ...cluster])).stdout, 'audit\norders\n')
    const { stdout } = await runHere(['topics', 'describe', 'orders', '--json', ...cluster])
    assert.is((JSON.parse(stdout) as { partitions: unknown[] }).partitions.length, 4)
    const produced = await runHere(['produce', 'orders', '-k', ':', ...cluster], { input: 'a:1\na:2\n' })
    assert.equal(produced, { exitCode: 0, stdout: '', stderr: '' })
    assert.is((await runHere(['consume', 'orders', '-e', '-k', '=', ...cluster])).stdout, 'a=1\na=2\n')
  })
  assert.is(told, '')
})

test('brokers listen on the port that was asked for and those after it, and say when one is taken', async () => {
  await withBroker('', async taken => {
    const { exitCode, stdout, stderr } = await runHere(['broker', '--port', taken.split(':')[1]!])
    assert.equal([exitCode, stdout], [1, ''])
    assert.is(
      stderr,
      `rx-kafka: cannot listen: listen EADDRINUSE: address already in use ${taken}; --host and --port say where\n`,
    )
  })
})

test('it tells clients the advertised host, and listens on all addresses', async () => {
  await withBroker('--host 0.0.0.0 --advertised-host localhost --topic orders', async bootstrap => {
    assert.match(bootstrap, /^localhost:\d+$/)
    assert.is((await runHere(['topics', 'list', '-b', bootstrap])).stdout, 'orders\n')
  })
})

test('it stands for the release that was asked for', async () => {
  await withBroker('--versions 2.8 --topic orders --config log.retention.ms=1000', async bootstrap => {
    assert.is((await runHere(['topics', 'list', '-b', bootstrap])).stdout, 'orders\n')
  })
})

test('over the bytes to keep the oldest messages go, and that is told once', async () => {
  const told = await withBroker('--topic orders --retention-bytes 100000', async bootstrap => {
    const input = Array.from({ length: 10 }, (_, i) => `${i} ${'x'.repeat(40_000)}\n`)
    for (const line of input) await runHere(['produce', 'orders', '-b', bootstrap], { input: line })
    const { stdout } = await runHere(['consume', 'orders', '-e', '-f', '%o ', '-b', bootstrap])
    assert.is(stdout, '8 9 ')
  })
  assert.match(told, /^rx-kafka: orders-0 now starts at 1: retentionBytes is reached\n$/)
})

test('unless told otherwise, 1 GiB is kept', () => {
  const kept = (...args: string[]) => brokerOptions(args).kafka.retentionBytes
  assert.equal(
    [kept(), kept('--retention-bytes', '5000000000'), kept('--retention-bytes', '-1')],
    [1024 ** 3, 5_000_000_000, undefined],
  )
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`in a process of its own it ends well on ${signal}`, async () => {
    const child = startCommand(['broker', '--port', '0'])
    await once(child.stdout, 'data')
    child.kill(signal)
    assert.equal(await once(child, 'close'), [0, null])
  })

test('consume ends quietly when whoever reads has seen enough', async () => {
  await withBroker('--topic orders', async bootstrap => {
    const cluster = ['-b', bootstrap]
    await runHere(['produce', 'orders', ...cluster], { input: 'a line\n'.repeat(50_000) })
    const child = startCommand(['consume', 'orders', ...cluster])
    let told = ''
    child.stderr.on('data', text => (told += String(text)))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    await runHere(['produce', 'orders', ...cluster], { input: 'one more\n' })
    assert.equal(await once(child, 'close'), [0, null])
    assert.is(told, '')
  })
})

test('consume waits for whoever reads, and goes on', async () => {
  await withBroker('--topic orders', async bootstrap => {
    const cluster = ['-b', bootstrap]
    const lines = 20_000
    await runHere(['produce', 'orders', ...cluster], { input: `${'x'.repeat(99)}\n`.repeat(lines) })
    const child = startCommand(['consume', 'orders', '-c', String(lines), ...cluster])
    await once(child.stdout, 'readable')
    let bytes = 0
    for await (const piece of child.stdout) bytes += (piece as Buffer).length
    assert.is(bytes, lines * 100)
  })
})

test.run()
