import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ConnectionError, systemClock, type KafkaError } from '../../src/kernel'
import {
  Connection,
  systemDial,
  systemListen,
  systemLookup,
  type Closed,
  type ConnectionOptions,
  type Listener,
  type ListenOptions,
  type Wire,
} from '../../src/network'
import { Apis, type ResponseOf } from '../../src/protocol'
import { localhostCertificate } from '../fixtures/localhost-certificate'
import { ScriptedPeer } from '../support/scripted-peer'

const { Fetch, Metadata, Produce } = Apis
const noTopics = { brokers: [], topics: [] }

/** A peer on a free port of this machine, and connections to it. */
class SocketRig {
  readonly peer: ScriptedPeer
  readonly connections: Connection[] = []

  private constructor(peer: ScriptedPeer) {
    this.peer = peer
  }

  static async start(options: Partial<ListenOptions> = {}): Promise<SocketRig> {
    const { host = '127.0.0.1', tls } = options
    const listen = (
      address: { host: string; port: number },
      accept: Parameters<typeof systemListen>[1],
    ): Promise<Listener> => systemListen({ ...address, tls }, accept)
    return new SocketRig(await ScriptedPeer.start({ listen, address: { host, port: 0 }, clock: systemClock }))
  }

  connect(options: Partial<ConnectionOptions> = {}): { connection: Connection; closed: Promise<Closed> } {
    let connection: Connection | undefined
    const closed = new Promise<Closed>(resolve => {
      connection = new Connection({
        broker: 'peer',
        target: this.peer.address,
        clientId: null,
        clock: systemClock,
        dial: systemDial,
        lookup: systemLookup,
        closed: resolve,
        ...options,
      })
    })
    this.connections.push(connection!)
    connection!.open()
    return { connection: connection!, closed }
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.close()
    await this.peer.stop()
  }
}

function metadata(connection: Connection): Promise<ResponseOf<typeof Metadata>> {
  return new Promise((resolve, reject) => {
    connection.exchange({
      api: Metadata,
      version: 9,
      body: { topics: null },
      done: (error, response) => (error ? reject(error) : resolve(response!)),
    })
  })
}

const fails = (promise: Promise<unknown>): Promise<KafkaError> =>
  promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as KafkaError,
  )

const maybeSent = (error: KafkaError): unknown => 'maybeSent' in error && error.maybeSent

const tcp = suite<{ rig: SocketRig }>('TCP')
tcp.before.each(async context => void (context.rig = await SocketRig.start()))
tcp.after.each(({ rig }) => rig.stop())

tcp('carries requests and answers', async ({ rig }) => {
  rig.peer.on(Metadata, (_, reply) => reply({ ...noTopics, clusterId: 'c1' }))
  const { connection } = rig.connect()
  const answers = await Promise.all(Array.from({ length: 100 }, () => metadata(connection)))
  assert.ok(answers.every(({ clusterId }) => clusterId === 'c1'))
  assert.is(rig.peer.of(Metadata).length, 100)
})

tcp('carries large requests and large answers whole', async ({ rig }) => {
  const sent = [Buffer.alloc(300_000, 1), Buffer.alloc(100, 2), Buffer.alloc(1_000_000, 3)]
  const large = Buffer.alloc(5_000_000, 'answer')
  rig.peer.on(Produce, (_, reply) => reply({ responses: [] }))
  rig.peer.on(Fetch, (_, reply) =>
    reply({
      responses: [
        { topic: 't', partitions: [{ partitionIndex: 0, errorCode: 0, highWatermark: 1, records: large }] },
      ],
    }),
  )
  const { connection } = rig.connect()
  const partitionData = sent.map((records, index) => ({ index, records }))
  await new Promise<void>((resolve, reject) => {
    const body = { acks: 1, timeoutMs: 1, topicData: [{ name: 't', partitionData }] }
    connection.exchange({
      api: Produce,
      version: 3,
      body,
      done: error => (error ? reject(error) : resolve()),
    })
  })
  const read = rig.peer.of(Produce)[0]!.body.topicData[0]!.partitionData
  assert.ok(read.every(({ records }, index) => records!.equals(sent[index]!)))
  const fetched = await new Promise<ResponseOf<typeof Fetch>>((resolve, reject) => {
    const body = { replicaId: -1, maxWaitMs: 1, minBytes: 1, topics: [] }
    const done = (error: KafkaError | undefined, response?: ResponseOf<typeof Fetch>): void =>
      error ? reject(error) : resolve(response!)
    connection.exchange({ api: Fetch, version: 11, body, done })
  })
  assert.ok(fetched.responses[0]!.partitions[0]!.records!.equals(large))
})

tcp('tells that a request without an answer has left', async ({ rig }) => {
  const arrived = new Promise<void>(resolve => rig.peer.on(Produce, () => resolve()))
  const { connection } = rig.connect()
  const error = await new Promise<KafkaError | undefined>(resolve => {
    const body = { acks: 0, timeoutMs: 1, topicData: [] }
    connection.exchange({ api: Produce, version: 3, body, noResponse: true, done: resolve })
  })
  assert.is(error, undefined)
  connection.close({ graceful: true })
  await arrived
})

tcp('hears of the end of the broker', async ({ rig }) => {
  rig.peer.on(Metadata, (_, reply) => reply.close())
  const { connection, closed } = rig.connect()
  const error = await fails(metadata(connection))
  assert.instance(error, ConnectionError)
  assert.is(maybeSent(error), true)
  assert.is((await closed).why, 'failed')
})

tcp('hears quietly of a broker that closes an idle connection', async ({ rig }) => {
  rig.peer.answer(Metadata, noTopics)
  const { connection, closed } = rig.connect()
  await metadata(connection)
  rig.peer.wires[0]!.close()
  assert.is((await closed).why, 'peer')
})

tcp('says where nothing listens', async ({ rig }) => {
  await rig.peer.stop()
  const { connection } = rig.connect()
  const error = await fails(metadata(connection))
  const { port } = rig.peer.address
  assert.match(error.message, `peer: cannot connect: 127.0.0.1:${port}: refused: nothing listens there`)
  assert.is(maybeSent(error), false)
})

tcp('tells a server who connected and when it leaves', async ({ rig }) => {
  rig.peer.answer(Metadata, noTopics)
  const { connection } = rig.connect()
  await metadata(connection)
  assert.match(rig.peer.wires[0]!.remote, /^127\.0\.0\.1:\d+$/)
  connection.close()
  while (rig.peer.closed.length === 0)
    await new Promise(resolve => systemClock.soon(() => resolve(undefined)))
  assert.equal(rig.peer.closed, [0])
})

tcp('writes nothing after a close and hears nothing', async ({ rig }) => {
  const heard: string[] = []
  const handlers = {
    open: () => void heard.push('open'),
    data: () => void heard.push('data'),
    close: () => void heard.push('close'),
  }
  const { host, port } = rig.peer.address
  const wire: Wire = systemDial({ host, port, address: host }, handlers)
  wire.close()
  wire.close()
  wire.write([Buffer.from('x')], () => void heard.push('flushed'))
  const { connection } = rig.connect()
  rig.peer.answer(Metadata, noTopics)
  await metadata(connection)
  assert.equal(heard, [])
})

tcp.run()

const names = suite('names and addresses')

names('a name is resolved to all its addresses', async () => {
  const found = await systemLookup('localhost')
  assert.ok(found.length > 0)
  assert.ok(found.every(({ address, family }) => (family === 6) === address.includes(':')))
})

names('an unknown name says so', async () => {
  const lookup = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
  const rig = await SocketRig.start()
  const { connection } = rig.connect({ lookup, target: { host: 'nowhere.invalid', port: 1 } })
  assert.match((await fails(metadata(connection))).message, /nowhere\.invalid: the name does not resolve/)
  await rig.stop()
})

names('IPv6 works where the machine has it', async () => {
  const rig = await SocketRig.start({ host: '::1' }).catch(() => undefined)
  if (rig === undefined) return
  rig.peer.answer(Metadata, noTopics)
  const { connection } = rig.connect()
  await metadata(connection)
  assert.match(rig.peer.wires[0]!.remote, /^\[::1\]:\d+$/)
  await rig.stop()
})

names('a port in use is an error of listen', async () => {
  const rig = await SocketRig.start()
  const handlers = { open: () => undefined, data: () => undefined, close: () => undefined }
  const error = await systemListen(rig.peer.address, () => handlers).catch((thrown: unknown) => thrown)
  assert.is((error as { code?: string }).code, 'EADDRINUSE')
  await rig.stop()
})

names.run()

const tls = suite<{ rig: SocketRig }>('TLS')
tls.before.each(async context => void (context.rig = await SocketRig.start({ tls: localhostCertificate })))
tls.after.each(({ rig }) => rig.stop())
const trusting = { ca: localhostCertificate.cert }

tls('carries requests and answers, large ones too', async ({ rig }) => {
  const host = 'broker'.repeat(5000)
  rig.peer.on(Metadata, (_, reply) =>
    reply({ brokers: Array(100).fill({ nodeId: 1, host, port: 1 }), topics: [] }),
  )
  const { connection } = rig.connect({ tls: trusting })
  const [first, second] = await Promise.all([metadata(connection), metadata(connection)])
  assert.is(first.brokers[99]!.host, host)
  assert.is(second.brokers.length, 100)
})

tls('verifies the name asked for, whatever its address', async ({ rig }) => {
  rig.peer.answer(Metadata, noTopics)
  const { port } = rig.peer.address
  const lookup = (): Promise<{ address: string; family: 4 }[]> =>
    Promise.resolve([{ address: '127.0.0.1', family: 4 }])
  const named = rig.connect({ tls: trusting, lookup, target: { host: 'localhost', port } })
  await metadata(named.connection)
  const misnamed = rig.connect({ tls: trusting, lookup, target: { host: 'broker.example', port } })
  const error = await fails(metadata(misnamed.connection))
  assert.match(error.message, /the certificate is for another name; set tls\.servername/)
  const renamed = rig.connect({
    tls: { ...trusting, servername: 'localhost' },
    lookup,
    target: { host: 'broker.example', port },
  })
  await metadata(renamed.connection)
})

tls('does not trust a certificate nobody vouches for', async ({ rig }) => {
  const error = await fails(metadata(rig.connect({ tls: {} }).connection))
  assert.instance(error, ConnectionError)
  assert.match(error.message, /the certificate is self-signed; give it in tls\.ca/)
})

tls('is told apart from plaintext on either side', async ({ rig }) => {
  const plainToTls = await fails(metadata(rig.connect().connection))
  assert.match(plainToTls.message, /these bytes are TLS|expects no TLS/)
  const plain = createServer((socket: Socket) => socket.once('data', () => socket.end('hello')))
  await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
  const target = { host: '127.0.0.1', port: (plain.address() as AddressInfo).port }
  const tlsToPlain = await fails(metadata(rig.connect({ tls: trusting, target }).connection))
  assert.match(tlsToPlain.message, /no TLS is spoken there; leave out the tls option/)
  plain.close()
})

tls('says what a listener may be that closes during the handshake', async ({ rig }) => {
  const plain = createServer((socket: Socket) => socket.once('data', () => socket.end()))
  await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
  const target = { host: '127.0.0.1', port: (plain.address() as AddressInfo).port }
  const error = await fails(metadata(rig.connect({ tls: trusting, target }).connection))
  assert.match(error.message, /closed during the TLS handshake; leave out the tls option/)
  plain.close()
})

tls('a client that connects in plaintext does not disturb the server', async ({ rig }) => {
  const { host, port } = rig.peer.address
  const socket = connect(port, host)
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise(resolve =>
    socket
      .once('close', resolve)
      .on('error', () => undefined)
      .resume(),
  )
  rig.peer.answer(Metadata, noTopics)
  await metadata(rig.connect({ tls: trusting }).connection)
})

tls('a listener closes although a client has not finished its handshake', async ({ rig }) => {
  const { host, port } = rig.peer.address
  const socket = connect(port, host)
  const closed = new Promise(resolve =>
    socket
      .once('close', resolve)
      .on('error', () => undefined)
      .resume(),
  )
  await new Promise(resolve => socket.once('connect', resolve))
  rig.peer.answer(Metadata, noTopics)
  await metadata(rig.connect({ tls: trusting }).connection)
  await rig.peer.stop()
  await closed
})

tls.run()
