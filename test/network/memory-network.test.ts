import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { VirtualClock } from '../../src/kernel'
import { MemoryNetwork, type Wire, type WireHandlers } from '../../src/network'

/** One end that writes down what happens to it. */
class Recorder implements WireHandlers {
  readonly seen: string[] = []
  open(): void {
    this.seen.push('open')
  }
  data(bytes: Buffer): void {
    this.seen.push(bytes.toString())
  }
  close(error?: Error): void {
    this.seen.push(`close ${(error as { code?: string } | undefined)?.code ?? 'quietly'}`)
  }
}

const target = { host: 'b', port: 1, address: 'b' }

async function linked(latencyMs = 0): Promise<{
  clock: VirtualClock
  network: MemoryNetwork
  client: Recorder
  clientWire: Wire
  server: Recorder
  serverWire: Wire
}> {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock, { latencyMs })
  const [client, server] = [new Recorder(), new Recorder()]
  let serverWire: Wire | undefined
  await network.listen({ host: 'b', port: 1 }, wire => {
    serverWire = wire
    return server
  })
  const clientWire = network.dial(target, client)
  await clock.until(() => client.seen.length > 0)
  return { clock, network, client, clientWire, server, serverWire: serverWire! }
}

test('a network without a clock is refused where it is made', () => {
  for (const wrong of [undefined, null, {}, { latencyMs: 5 }, Date])
    assert.throws(
      () => new MemoryNetwork(wrong as never),
      /^MemoryNetwork clock: expected a Clock, such as new VirtualClock\(\), got /,
    )
})

test('bytes arrive in order, both ways, after the latency', async () => {
  const { clock, client, clientWire, server, serverWire } = await linked(20)
  clientWire.write([Buffer.from('a'), Buffer.from('b')])
  clientWire.write([Buffer.from('c')])
  serverWire.write([Buffer.from('x')])
  await clock.advance(19)
  assert.equal([client.seen, server.seen], [['open'], ['open']])
  await clock.advance(1)
  assert.equal(
    [client.seen, server.seen],
    [
      ['open', 'x'],
      ['open', 'a', 'b', 'c'],
    ],
  )
})

test('flushed is called when the bytes have left, not before', async () => {
  const { clock, clientWire } = await linked()
  let flushed = 0
  clientWire.write([Buffer.from('a'), Buffer.from('b')], () => flushed++)
  assert.is(flushed, 0)
  await clock.advance(0)
  assert.is(flushed, 1)
  clientWire.write([Buffer.from('c')], () => flushed++)
  clientWire.close()
  await clock.advance(0)
  assert.is(flushed, 1)
})

test('what was written before a close still arrives, and the closer hears nothing more', async () => {
  const { clock, client, clientWire, server, serverWire } = await linked()
  serverWire.write([Buffer.from('bye')])
  serverWire.close()
  serverWire.close()
  serverWire.write([Buffer.from('never')])
  clientWire.write([Buffer.from('too late')])
  await clock.advance(0)
  assert.equal([client.seen, server.seen], [['open', 'bye', 'close quietly'], ['open']])
})

test('nobody listens: refused; a free port: found', async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const client = new Recorder()
  network.dial(target, client)
  assert.equal(client.seen, [], 'never before dial has returned')
  await clock.advance(0)
  assert.equal(client.seen, ['close ECONNREFUSED'])
  const accept = (): WireHandlers => new Recorder()
  const [one, two] = [
    await network.listen({ host: 'b', port: 0 }, accept),
    await network.listen({ host: 'b', port: 0 }, accept),
  ]
  assert.is.not(one.port, two.port)
  const taken = await network.listen(one, accept).catch((error: unknown) => error)
  assert.is((taken as { code?: string }).code, 'EADDRINUSE')
})

test('a listener that closes takes its connections with it', async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const [client, late] = [new Recorder(), new Recorder()]
  const listener = await network.listen({ host: 'b', port: 1 }, () => new Recorder())
  network.dial(target, client)
  await clock.advance(0)
  await listener.close()
  network.dial(target, late)
  await clock.advance(0)
  assert.equal([client.seen, late.seen], [['open', 'close quietly'], ['close ECONNREFUSED']])
})

test('faults: refuse and ignore meet new connections until healed', async () => {
  const { clock, network, client } = await linked()
  network.refuse('b:1')
  const [refused, ignored, healed] = [new Recorder(), new Recorder(), new Recorder()]
  network.dial(target, refused)
  await clock.advance(0)
  network.ignore('b:1')
  network.dial(target, ignored)
  await clock.advance(100_000)
  network.heal('b:1')
  network.dial(target, healed)
  await clock.advance(0)
  assert.equal(
    [refused.seen, ignored.seen, healed.seen, client.seen],
    [['close ECONNREFUSED'], [], ['open'], ['open']],
  )
})

test('faults: what is held arrives in order when healed', async () => {
  const { clock, network, client, clientWire, server, serverWire } = await linked()
  clientWire.write([Buffer.from('a')])
  network.hold('b:1')
  clientWire.write([Buffer.from('b')])
  serverWire.write([Buffer.from('x')])
  await clock.advance(100_000)
  assert.equal([client.seen, server.seen], [['open'], ['open']])
  network.heal('b:1')
  clientWire.write([Buffer.from('c')])
  await clock.advance(0)
  assert.equal(
    [client.seen, server.seen],
    [
      ['open', 'x'],
      ['open', 'a', 'b', 'c'],
    ],
  )
})

test('faults: a cut resets both ends and loses what is on its way', async () => {
  const { clock, network, client, clientWire, server, serverWire } = await linked(10)
  clientWire.write([Buffer.from('lost')])
  serverWire.write([Buffer.from('lost')])
  assert.is(network.cut('b:1'), 1)
  assert.is(network.cut('b:1'), 0)
  await clock.advance(100)
  const reset = ['open', 'close ECONNRESET']
  assert.equal([client.seen, server.seen], [reset, reset])
})

test('faults: pieces of any size', async () => {
  const { clock, network, clientWire, server } = await linked()
  network.split(2)
  clientWire.write([Buffer.from('abcde')])
  await clock.advance(0)
  assert.equal(server.seen, ['open', 'ab', 'cd', 'e'])
})

test('a receiver that closes in the middle gets no more pieces', async () => {
  const { clock, network, clientWire, serverWire, server } = await linked()
  network.split(1)
  server.data = bytes => {
    server.seen.push(bytes.toString())
    serverWire.close()
  }
  clientWire.write([Buffer.from('ab')])
  await clock.advance(0)
  assert.equal(server.seen, ['open', 'a'])
})

test('a connection that is closed at both ends leaves nothing behind', async () => {
  const { clock, network } = await linked()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    return process.memoryUsage().arrayBuffers
  }
  const before = used()
  for (let i = 0; i < 100; i++) {
    const client = new Recorder()
    const wire = network.dial(target, client)
    wire.write([Buffer.from('question')])
    await clock.until(() => client.seen.includes('open'))
    wire.write([Buffer.from('question')])
    await clock.advance(1)
    wire.close()
    await clock.advance(1)
  }
  assert.ok(used() - before < 2_000_000, `${used() - before} bytes more`)
})

test('an end that is closed needs no memory for reading, though somebody still knows it', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const wires: Wire[] = []
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 100; i++) {
    const { clock, clientWire, serverWire } = await linked()
    clientWire.write([Buffer.from('question')])
    await clock.advance(1)
    serverWire.close()
    clientWire.close()
    wires.push(clientWire, serverWire)
  }
  const left = (): number => process.memoryUsage().arrayBuffers - before
  // The memory of buffers is let go of beside the collection, some turns later.
  for (let turn = 0; turn < 50 && left() > 2_000_000; turn++) {
    collect()
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.ok(left() < 2_000_000, `${left()} bytes of ${wires.length} ends`)
})

test('ports that are given run from 40000 to 65535 and round again, past those in use', async () => {
  const network = new MemoryNetwork(new VirtualClock())
  const first = await network.listen({ host: 'b', port: 0 }, () => new Recorder())
  assert.is(first.port, 40_000)
  let last = first.port
  for (let i = 1; i <= 65_535 - 40_000; i++) {
    const listener = await network.listen({ host: 'b', port: 0 }, () => new Recorder())
    last = listener.port
    await listener.close()
  }
  assert.is(last, 65_535)
  assert.is((await network.listen({ host: 'b', port: 0 }, () => new Recorder())).port, 40_001)
})

test.run()
