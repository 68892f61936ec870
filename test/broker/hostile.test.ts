import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, seededRandom, VirtualClock, type BrokerEvent } from '../../src/broker'
import { Apis, decodeResponse, encodeRequest } from '../../src/protocol'

const idleMs = 600_000

/** An embedded broker in memory, and clients that send it anything. */
class Siege {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly events: BrokerEvent[] = []
  kafka!: EmbeddedKafka

  static async begin(): Promise<Siege> {
    const siege = new Siege()
    const { clock, network, events } = siege
    const onEvent = (event: BrokerEvent): void => void events.push(event)
    siege.kafka = await EmbeddedKafka.start({ clock, network, random: seededRandom(7), onEvent })
    return siege
  }

  /** Why connections were closed from the broker's side. */
  get reasons(): readonly string[] {
    return this.events.flatMap(event => (event.type === 'connection-closed' ? [event.reason] : []))
  }

  connect(): Intruder {
    return new Intruder(this.network, this.kafka.brokers[0]!)
  }

  /** Whether somebody else is served. */
  async serves(): Promise<boolean> {
    const other = this.connect()
    other.send(askVersions)
    await this.clock.advance(10)
    other.close()
    return other.isAnswered && decodeResponse(Apis.ApiVersions, 0, other.received.subarray(4)).errorCode === 0
  }
}

class Intruder {
  readonly #wire
  #bytes: Buffer[] = []
  #unsent: Buffer[] | undefined = []
  isClosed = false

  constructor(network: MemoryNetwork, { host, port }: { host: string; port: number }) {
    this.#wire = network.dial(
      { host, port, address: host },
      {
        open: () => this.#opened(),
        data: bytes => void this.#bytes.push(Buffer.from(bytes)),
        close: () => (this.isClosed = true),
      },
    )
  }

  get received(): Buffer {
    return Buffer.concat(this.#bytes)
  }

  get isAnswered(): boolean {
    return this.#bytes.length > 0
  }

  /** Once the connection stands. */
  send(bytes: Buffer): void {
    if (this.#unsent) this.#unsent.push(bytes)
    else this.#wire.write([bytes])
  }

  #opened(): void {
    const unsent = this.#unsent ?? []
    this.#unsent = undefined
    if (unsent.length > 0) this.#wire.write(unsent)
  }

  close(): void {
    this.#wire.close()
  }
}

const askVersions = Buffer.concat(
  encodeRequest({ api: Apis.ApiVersions, version: 0, correlationId: 1, clientId: 'other', body: {} }),
)

function prefixed(frame: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(frame.length)
  return Buffer.concat([length, frame])
}

/** Requests that real clients made to a Kafka of this release, one of each API and version. */
const recorded = readFileSync(join(__dirname, '../../../test/golden/frames.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line) as { broker: string; apiKey: number; version: number; requestHex: string })
  .filter(({ broker, apiKey }) => broker === '4.3.1' && apiKey !== null)
const requests = [...new Map(recorded.map(row => [`${row.apiKey} ${row.version}`, row])).values()].map(row =>
  Buffer.from(row.requestHex, 'hex'),
)

test('a request that is cut off anywhere closes its connection with a reason, and no other', async () => {
  const siege = await Siege.begin()
  const clipped = requests.map((request, i) =>
    request.subarray(0, 8 + ((i * 7) % Math.max(1, request.length - 9))),
  )
  for (const frame of clipped) {
    const intruder = siege.connect()
    const before = siege.reasons.length
    intruder.send(prefixed(frame))
    await siege.clock.advance(20)
    assert.ok(intruder.isAnswered || intruder.isClosed || siege.reasons.length === before)
    assert.is(siege.reasons.length - before, intruder.isClosed ? 1 : 0)
    intruder.close()
  }
  assert.ok(siege.reasons.length > clipped.length / 2)
  assert.ok(await siege.serves())
  await siege.kafka.close()
})

test('random bytes never stop the broker, whatever they happen to mean', async () => {
  const siege = await Siege.begin()
  const damage = fc.record({
    request: fc.constantFrom(...requests),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  })
  await fc.assert(
    fc.asyncProperty(damage, async ({ request, at, bytes }) => {
      const frame = Buffer.from(request)
      // Past API key and version: an unknown API is another test.
      for (const [i, byte] of bytes.entries()) frame[4 + ((at + i) % (frame.length - 4))] = byte
      const intruder = siege.connect()
      intruder.send(prefixed(frame))
      await siege.clock.advance(20)
      intruder.close()
      assert.ok(await siege.serves())
    }),
    { seed: 2026, numRuns: 1000 },
  )
  assert.equal(
    siege.reasons.filter(reason => reason.includes('defect')),
    [],
  )
  await siege.kafka.close()
})

test('an unknown API, and a version that is not served, close the connection and are named', async () => {
  const siege = await Siege.begin()
  for (const [key, version] of [
    [999, 0],
    [0, 99],
    [-1, 0],
    [1, 3],
  ] as const) {
    const frame = Buffer.alloc(20)
    frame.writeInt16BE(key, 0)
    frame.writeInt16BE(version, 2)
    const intruder = siege.connect()
    intruder.send(prefixed(frame))
    await siege.clock.advance(10)
    assert.ok(intruder.isClosed)
  }
  assert.equal(siege.reasons, [
    'API key 999, which is not served here',
    'Produce v99, and v3 to v13 are served here',
    'API key -1, which is not served here',
    'Fetch v3, and v4 to v18 are served here',
  ])
  assert.ok(await siege.serves())
  await siege.kafka.close()
})

test('a length of 100 MB takes no memory before the bytes come, and one beyond the limit closes', async () => {
  const siege = await Siege.begin()
  const before = process.memoryUsage().arrayBuffers
  const patient = Array.from({ length: 20 }, () => siege.connect())
  for (const intruder of patient) intruder.send(Buffer.from([0x06, 0x3f, 0xff, 0xff, 1, 2, 3]))
  const greedy = siege.connect()
  greedy.send(Buffer.from([0x7f, 0xff, 0xff, 0xff]))
  const negative = siege.connect()
  negative.send(Buffer.from([0xff, 0xff, 0xff, 0xff]))
  await siege.clock.advance(10)
  assert.ok(process.memoryUsage().arrayBuffers - before < 20 * 1024 * 1024)
  assert.equal([greedy.isClosed, negative.isClosed], [true, true])
  assert.is(siege.reasons.length, 2)
  assert.match(siege.reasons[0]!, 'frame length 2147483647 is over maxFrameBytes (104857600)')
  assert.match(siege.reasons[1]!, 'frame length -1 is negative')
  assert.ok(await siege.serves())
  await siege.kafka.close()
})

test('who sends a request byte by byte is closed when it takes too long, however busy it seems', async () => {
  const siege = await Siege.begin()
  const loris = siege.connect()
  loris.send(Buffer.from([0, 0, 4, 1]))
  for (let sent = 0; sent < 20 && !loris.isClosed; sent++) {
    loris.send(Buffer.from([0]))
    await siege.clock.advance(idleMs / 10)
  }
  assert.ok(loris.isClosed)
  assert.equal(siege.reasons, ['no whole request came for 600000 ms (connections.max.idle.ms)'])
  assert.ok(await siege.serves())
  await siege.kafka.close()
})

test('who asks and never takes the answers is closed', async () => {
  const siege = await Siege.begin()
  const deaf = siege.connect()
  deaf.send(askVersions)
  const { host, port } = siege.kafka.brokers[0]!
  await siege.clock.advance(1)
  siege.network.hold(`${host}:${port}`)
  deaf.send(askVersions)
  await siege.clock.advance(2 * idleMs)
  siege.network.heal(`${host}:${port}`)
  assert.is(siege.reasons.length, 1)
  assert.ok(await siege.serves())
  await siege.kafka.close()
})

test.run()
