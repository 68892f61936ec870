import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, VirtualClock } from '../../src/kernel'
import { MemoryNetwork, type AcceptedWire, type WireHandlers } from '../../src/network'
import { MemoryWire } from '../../src/network/memory-wire'

const target = { host: 'b', port: 1, address: 'b' }
const byte = (value: number, length: number): Buffer => Buffer.alloc(length, value)

/** One end that keeps what it hears, and does what a test wants at each piece. */
class Ear implements WireHandlers {
  heard = ''
  onData: () => void = () => undefined
  open(): void {}
  data(bytes: Buffer): void {
    this.heard += bytes.toString()
    this.onData()
  }
  close(error?: Error): void {
    this.heard += `|closed ${(error as { code?: string } | undefined)?.code ?? 'quietly'}`
  }
}

/** An end that also hears when the other says no more. */
class LastWord extends Ear {
  ended(): void {
    this.heard += '|ended'
  }
}

async function linked({ server = new Ear(), client = new Ear(), latencyMs = 0, windowBytes = 10 } = {}) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock, { latencyMs, windowBytes })
  const accepted: AcceptedWire[] = []
  const listener = await network.listen({ host: 'b', port: 1 }, wire => {
    accepted.push(wire)
    return server
  })
  const clientWire = network.dial(target, client)
  await clock.advance(latencyMs)
  return { clock, network, listener, client, clientWire, server, serverWire: accepted[0]! }
}

test('a reader that pauses holds up the writer once its window is full, and goes on from there', async () => {
  const { clock, clientWire, server, serverWire } = await linked()
  serverWire.pauseReading()
  const flushed: string[] = []
  clientWire.write([byte(65, 6)], () => flushed.push('A'))
  clientWire.write([byte(66, 3), byte(66, 3)], () => flushed.push('B'))
  clientWire.write([byte(67, 30)], () => flushed.push('C'))
  assert.equal(flushed, [], 'never at once')
  await clock.advance(1000)
  assert.equal([server.heard, flushed], ['', ['A']])
  serverWire.resumeReading()
  assert.is(server.heard, '', 'on the next turn, as from a socket')
  await clock.advance(0)
  assert.equal([server.heard, flushed], ['A'.repeat(6) + 'B'.repeat(6) + 'C'.repeat(30), ['A', 'B', 'C']])
})

test('a writer may write over what was flushed although nobody has read it', async () => {
  const { clock, clientWire, server, serverWire } = await linked()
  serverWire.pauseReading()
  const bytes = byte(65, 5)
  clientWire.write([bytes], () => bytes.fill(90))
  await clock.advance(0)
  assert.is(bytes.toString(), 'ZZZZZ')
  serverWire.resumeReading()
  await clock.advance(0)
  assert.is(server.heard, 'AAAAA')
})

test('no piece comes after a pause, although it was in the same write', async () => {
  const { clock, network, clientWire, server, serverWire } = await linked()
  network.split(2)
  server.onData = () => serverWire.pauseReading()
  clientWire.write([Buffer.from('abcd'), Buffer.from('ef')])
  const seen: string[] = []
  for (let turn = 0; turn < 4; turn++) {
    await clock.advance(0)
    seen.push(server.heard)
    serverWire.resumeReading()
  }
  assert.equal(seen, ['ab', 'abcd', 'abcdef', 'abcdef'])
})

test('whoever resumes within a piece gets the next one after it, and the bytes of this one stay', async () => {
  const { clock, network, clientWire, server, serverWire } = await linked()
  network.split(1)
  let depth = 0
  server.onData = () => {
    assert.is(++depth, 1)
    serverWire.pauseReading()
    serverWire.resumeReading()
    depth--
  }
  clientWire.write([Buffer.from('abc')])
  await clock.advance(0)
  assert.is(server.heard, 'abc')
})

test('what the window took arrives after a close, and the rest is lost', async () => {
  const { clock, clientWire, server } = await linked()
  clientWire.write([byte(65, 25)])
  clientWire.close()
  await clock.advance(0)
  assert.is(server.heard, `${'A'.repeat(10)}|closed quietly`)
})

test('bytes are never early, whatever happens to those before them', async () => {
  const { clock, network, clientWire, server } = await linked({ latencyMs: 20 })
  clientWire.write([Buffer.from('a')])
  await clock.advance(5)
  network.hold('b:1')
  clientWire.write([Buffer.from('b')])
  await clock.advance(1)
  network.heal('b:1')
  network.heal('b:1')
  await clock.advance(10)
  clientWire.write([Buffer.from('c')])
  const seen: string[] = []
  for (const ms of [9, 1, 9, 1]) {
    await clock.advance(ms)
    seen.push(server.heard)
  }
  assert.equal(seen, ['', 'ab', 'ab', 'abc'])
})

test('what is written after the latency fell waits behind what was written before', async () => {
  const { clock, network, clientWire, server } = await linked({ latencyMs: 20 })
  clientWire.write([Buffer.from('a')])
  network.delay(0)
  clientWire.write([Buffer.from('b')])
  await clock.advance(19)
  assert.is(server.heard, '')
  await clock.advance(1)
  assert.is(server.heard, 'ab')
})

test('a close while held arrives when healed, behind what was written', async () => {
  const { clock, network, client, clientWire, server } = await linked()
  network.hold('b:1')
  clientWire.write([Buffer.from('a')])
  clientWire.close()
  await clock.advance(1000)
  assert.equal([client.heard, server.heard, clock.pending], ['', '', 0])
  network.heal('b:1')
  await clock.advance(0)
  assert.equal([client.heard, server.heard], ['', 'a|closed quietly'])
})

test('a listener that closes while held is heard of when healed; a cut meanwhile loses all', async () => {
  const held = await linked()
  held.network.hold('b:1')
  held.serverWire.write([Buffer.from('x')])
  await held.listener.close()
  assert.equal([held.client.heard, held.server.heard], ['', '|closed quietly'])
  held.network.heal('b:1')
  await held.clock.advance(0)
  assert.is(held.client.heard, 'x|closed quietly')
  const cut = await linked()
  cut.network.hold('b:1')
  cut.serverWire.write([Buffer.from('x')])
  cut.network.cut('b:1')
  cut.network.heal('b:1')
  await cut.clock.advance(0)
  assert.equal([cut.client.heard, cut.server.heard], ['|closed ECONNRESET', '|closed ECONNRESET'])
})

test('a connection to a place that is held opens when it is healed', async () => {
  const { clock, network } = await linked()
  network.hold('b:1')
  const seen: string[] = []
  const handlers = { open: () => seen.push('open'), data: () => undefined, close: () => seen.push('close') }
  network.dial(target, handlers)
  network.dial(target, handlers).close()
  await clock.advance(1000)
  assert.equal(seen, [])
  network.heal('b:1')
  await clock.advance(0)
  assert.equal(seen, ['open'])
})

test('who says no more still listens, and is answered', async () => {
  const { clock, client, clientWire, server, serverWire } = await linked({ server: new LastWord() })
  clientWire.write([byte(65, 12)])
  clientWire.end()
  clientWire.write([Buffer.from('never')])
  await clock.advance(0)
  assert.is(server.heard, `${'A'.repeat(12)}|ended`)
  serverWire.write([Buffer.from('answer')])
  serverWire.close()
  await clock.advance(0)
  assert.equal([client.heard, server.heard], ['answer|closed quietly', `${'A'.repeat(12)}|ended`])
})

test('when both have said all that they wrote, both hear that the wire is closed', async () => {
  const clock = new VirtualClock()
  const travel = { clock, latencyMs: 0, pieceBytes: 100, windowBytes: 10 }
  const address = { host: 'b', port: 1 }
  const [one, two] = [new MemoryWire(travel, address), new MemoryWire(travel, address)]
  const [first, second] = [new LastWord(), new LastWord()]
  one.handleWith(first)
  two.handleWith(second)
  one.connectTo(two)
  one.end()
  await clock.advance(0)
  assert.equal([first.heard, second.heard], ['', '|ended'])
  two.write([byte(65, 25)])
  two.end()
  await clock.advance(0)
  assert.equal(
    [first.heard, second.heard],
    [`${'A'.repeat(25)}|ended|closed quietly`, '|ended|closed quietly'],
  )
})

test('an end without a last word closes when the other says no more', async () => {
  const { clock, client, clientWire, server } = await linked()
  clientWire.end()
  await clock.advance(0)
  assert.equal([client.heard, server.heard], ['|closed quietly', '|closed quietly'])
})

test('who answers an end that is gone learns it, as from the system', async () => {
  const { clock, client, clientWire, server, serverWire } = await linked({ server: new LastWord() })
  clientWire.close()
  await clock.advance(0)
  assert.is(server.heard, '|ended')
  serverWire.write([Buffer.from('too late')])
  await clock.advance(0)
  assert.equal([client.heard, server.heard], ['', '|ended|closed ECONNRESET'])
})

test('sizes and times that cannot be are refused', async () => {
  const { clock, network } = await linked()
  for (const wrong of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(
      () => network.split(wrong),
      (error: unknown) => error instanceof ArgumentError,
    )
    assert.throws(
      () => new MemoryNetwork(clock, { windowBytes: wrong }),
      (error: unknown) => error instanceof ArgumentError,
    )
  }
  for (const wrong of [-1, 0.5, NaN, Infinity]) {
    assert.throws(
      () => network.delay(wrong),
      (error: unknown) => error instanceof ArgumentError,
    )
    assert.throws(
      () => new MemoryNetwork(clock, { latencyMs: wrong }),
      (error: unknown) => error instanceof ArgumentError,
    )
  }
})

test.run()
