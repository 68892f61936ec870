import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConnectionError, TimeoutError } from '../../src/kernel'
import type { DialTarget } from '../../src/network'
import { Apis } from '../../src/protocol'
import { ConnectionRig, place } from '../support/connection-rig'

const metadata = { api: Apis.Metadata, version: 1, body: { topics: null } } as const
const until = (rig: ConnectionRig, done: () => boolean): Promise<void> => rig.clock.until(done)

test('every address of a name is tried, in order', async () => {
  const rig = await ConnectionRig.start()
  await rig.listen('10.0.0.3')
  rig.network.name('broker1', ['10.0.0.1', '::2', '10.0.0.3'])
  const dialled: DialTarget[] = []
  await rig.connectReady({
    tls: { servername: 'other' },
    dial: (target, handlers) => {
      dialled.push(target)
      return rig.network.dial(target, handlers)
    },
  })
  assert.equal(
    dialled.map(({ address }) => address),
    ['10.0.0.1', '::2', '10.0.0.3'],
  )
  assert.equal(dialled[2], { host: 'broker1', port: 9092, address: '10.0.0.3', tls: { servername: 'other' } })
})

test('every connection resolves the name anew', async () => {
  const rig = await ConnectionRig.start()
  await rig.listen('10.0.0.1')
  await rig.listen('10.0.0.2')
  rig.network.name('broker1', ['10.0.0.1'])
  const first = await rig.connectReady()
  first.close()
  rig.network.name('broker1', ['10.0.0.2'])
  const targets: string[] = []
  await rig.connectReady({
    dial: (target, handlers) => {
      targets.push(target.address)
      return rig.network.dial(target, handlers)
    },
  })
  assert.equal(targets, ['10.0.0.2'])
})

test('a cycle in which no address answers is one failure that tells what each one said', async () => {
  const rig = await ConnectionRig.start()
  rig.network.name('broker1', ['10.0.0.1', '::2'])
  const connection = rig.connect()
  const waiting = rig.ask(connection, metadata)
  await rig.settle(waiting)
  assert.instance(waiting.error, ConnectionError)
  assert.is((waiting.error as ConnectionError).maybeSent, false)
  const refused =
    'refused: nothing listens there; check host and port, and that the broker runs (ECONNREFUSED)'
  assert.is(
    waiting.error?.message,
    `broker1:9092 (node 1): cannot connect: 10.0.0.1:9092: ${refused}; [::2]:9092: ${refused}`,
  )
  assert.equal(
    rig.closed.map(({ why, readyMs }) => [why, readyMs]),
    [['failed', 0]],
  )
})

test('an address that does not answer is left after connectTimeoutMs', async () => {
  const rig = await ConnectionRig.start()
  await rig.listen('10.0.0.2')
  rig.network.name('broker1', ['10.0.0.1', '10.0.0.2'])
  rig.network.ignore('10.0.0.1:9092')
  const started = rig.clock.monotonic()
  const closed: string[] = []
  await rig.connectReady({
    connectTimeoutMs: 700,
    dial: (target, handlers) => {
      const wire = rig.network.dial(target, handlers)
      const close = (): void => {
        closed.push(target.address)
        wire.close()
      }
      return { remote: wire.remote, write: wire.write.bind(wire), close }
    },
  })
  assert.is(rig.clock.monotonic() - started, 700)
  assert.equal(closed, ['10.0.0.1'])
})

test('a cycle of nothing but silence is a connect timeout', async () => {
  const rig = await ConnectionRig.start()
  rig.network.ignore(place)
  const connection = rig.connect({ connectTimeoutMs: 700 })
  const waiting = rig.ask(connection, metadata)
  await rig.settle(waiting)
  assert.instance(waiting.error, TimeoutError)
  assert.is((waiting.error as TimeoutError).deadline, 'connect')
  assert.is((waiting.error as TimeoutError).maybeSent, false)
  assert.match(waiting.error?.message ?? '', /broker1:9092/)
})

test('all addresses together take no longer than connectTimeoutMaxMs', async () => {
  const rig = await ConnectionRig.start()
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3']
  rig.network.name('broker1', addresses)
  for (const address of addresses) rig.network.ignore(`${address}:9092`)
  const started = rig.clock.monotonic()
  const connection = rig.connect({ connectTimeoutMs: 700, connectTimeoutMaxMs: 1000 })
  await until(rig, () => connection.state === 'closed')
  assert.is(rig.clock.monotonic() - started, 1000)
  assert.is(rig.clock.pending, 0)
})

test('a connectTimeoutMs over the usual limit of all addresses is not cut short by it', async () => {
  const rig = await ConnectionRig.start()
  rig.network.ignore(place)
  const started = rig.clock.monotonic()
  const connection = rig.connect({ connectTimeoutMs: 60_000 })
  await until(rig, () => connection.state === 'closed')
  assert.is(rig.clock.monotonic() - started, 60_000)
})

test('a name server that never answers ends in a timeout, and its late answer is ignored', async () => {
  const rig = await ConnectionRig.start()
  let answer: ((found: { address: string; family: 4 }[]) => void) | undefined
  const lookup = (): Promise<{ address: string; family: 4 }[]> => new Promise(resolve => (answer = resolve))
  const connection = rig.connect({ lookup, connectTimeoutMaxMs: 1000 })
  await until(rig, () => connection.state === 'closed')
  assert.instance(rig.closed[0]?.error, TimeoutError)
  assert.is((rig.closed[0]?.error as TimeoutError).ms, 1000)
  assert.match(rig.closed[0]?.error?.message ?? '', /no answer within 1000 ms/)
  answer!([{ address: 'broker1', family: 4 }])
  await rig.clock.advance(10_000)
  assert.is(rig.peer.wires.length, 0)
})

test('a name that does not resolve says so', async () => {
  for (const found of [
    [],
    Object.assign(new Error('getaddrinfo ENOTFOUND broker1'), { code: 'ENOTFOUND' }),
  ]) {
    const rig = await ConnectionRig.start()
    rig.network.name('broker1', found)
    const connection = rig.connect()
    await until(rig, () => connection.state === 'closed')
    assert.instance(rig.closed[0]?.error, ConnectionError)
    assert.match(rig.closed[0]?.error?.message ?? '', /cannot connect: broker1: the name does not resolve/)
  }
})

test('a dial that throws is a failure of that address', async () => {
  const rig = await ConnectionRig.start()
  const connection = rig.connect({
    dial: () => {
      throw new Error('the tunnel is down')
    },
  })
  await until(rig, () => connection.state === 'closed')
  assert.match(rig.closed[0]?.error?.message ?? '', /cannot connect: broker1:9092: the tunnel is down/)
})

test('a lookup that throws is a failure of the name', async () => {
  const rig = await ConnectionRig.start()
  const connection = rig.connect({
    lookup: () => {
      throw new Error('no resolver')
    },
  })
  await until(rig, () => connection.state === 'closed')
  assert.match(rig.closed[0]?.error?.message ?? '', /cannot connect: broker1: no resolver/)
})

test.run()
