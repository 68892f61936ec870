import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AuthenticationError, ConnectionError, ProtocolError, TimeoutError } from '../../src/kernel'
import type { BrokerVersions, Connection } from '../../src/network'
import { Apis } from '../../src/protocol'
import { ConnectionRig, type Asked } from '../support/connection-rig'
import type { Handler } from '../support/scripted-peer'

const { ApiVersions, Metadata, Produce, SaslAuthenticate, SaslHandshake } = Apis
type Versions = typeof ApiVersions

const noTopics = { brokers: [], topics: [] }
const newest = ApiVersions.versions[1]
const someApis = [
  { apiKey: Produce.key, minVersion: 3, maxVersion: 13 },
  { apiKey: ApiVersions.key, minVersion: 0, maxVersion: newest },
]

const until = (rig: ConnectionRig, connection: Connection, state: string): Promise<void> =>
  rig.clock.until(() => connection.state === state)

/** What a broker does that knows ApiVersions up to this version only (KIP-511). */
const upTo =
  (
    known: number,
    told: readonly { apiKey: number; minVersion: number; maxVersion: number }[],
  ): Handler<Versions> =>
  ({ version }, reply) => {
    const apiKeys = [...someApis.slice(0, 1), { apiKey: 18, minVersion: 0, maxVersion: known }]
    if (version <= known) reply({ errorCode: 0, apiKeys })
    else reply.as({ version: 0 }, { errorCode: 35, apiKeys: told })
  }

const asked = (rig: ConnectionRig): string[] =>
  rig.peer.received.map(({ api, version, connection }) => `${connection}: ${api.name} v${version}`)

const today = suite('the handshake with a broker of today')

today('asks with the newest version, says who we are, and keeps what the broker tells', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(ApiVersions, {
    errorCode: 0,
    apiKeys: someApis,
    finalizedFeaturesEpoch: 7n,
    finalizedFeatures: [{ name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 0 }],
  })
  let told: BrokerVersions | undefined
  const connection = await rig.connectReady({
    softwareName: 'my-client',
    softwareVersion: '1.2.3',
    ready: versions => void (told = versions),
  })
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`])
  const { clientSoftwareName, clientSoftwareVersion } = rig.peer.of(ApiVersions)[0]!.body
  assert.equal([clientSoftwareName, clientSoftwareVersion], ['my-client', '1.2.3'])
  const { versions } = connection
  assert.is(versions, told)
  assert.is(versions?.source, 'ApiVersions')
  assert.equal(versions?.apis.get(Produce.key), { min: 3, max: 13 })
  assert.is(versions?.apis.get(Metadata.key), undefined)
  assert.is(versions?.finalizedFeatures.get('transaction.version'), 2)
  assert.is(versions?.finalizedFeaturesEpoch, 7n)
})

today('comes to an end with a broker that refuses the version it advertises', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, ({ version }, reply) => {
    const apiKeys = [{ apiKey: 18, minVersion: 0, maxVersion: newest }]
    if (version < 3) reply({ errorCode: 0, apiKeys })
    else reply.as({ version: 0 }, { errorCode: 35, apiKeys })
  })
  await rig.connectReady()
  assert.equal(asked(rig).slice(0, 3), [
    `0: ApiVersions v${newest}`,
    '0: ApiVersions v0',
    '0: ApiVersions v3',
  ])
  assert.is(asked(rig).at(-1), '0: ApiVersions v0')
})

today('takes a broker that advertises no sensible version at its version 0', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, upTo(0, [{ apiKey: 18, minVersion: -1, maxVersion: -1 }]))
  await rig.connectReady()
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: ApiVersions v0'])
})

today('waits out a slow answer: in order is not skipped', async () => {
  const rig = await ConnectionRig.start()
  const later: (() => void)[] = []
  rig.peer.on(ApiVersions, (_, reply) => void later.push(() => reply({ errorCode: 0, apiKeys: someApis })))
  rig.peer.on(Metadata, (_, reply) => void later.push(() => reply(noTopics)))
  const connection = rig.connect()
  await rig.clock.advance(5000)
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: Metadata v0'])
  const [probe] = rig.peer.of(Metadata)[0]!.body.topics!
  assert.not.match(probe!.name!, /[a-zA-Z0-9._-]/, 'asks for no topic that could be created')
  for (const answer of later) answer()
  await until(rig, connection, 'ready')
  assert.is(connection.versions?.source, 'ApiVersions')
  rig.peer.on(Metadata, (_, reply) => reply({ ...noTopics, clusterId: 'mine' }))
  const own: Asked<typeof Metadata> = rig.ask(connection, {
    api: Metadata,
    version: 2,
    body: { topics: null },
  })
  await rig.settle(own)
  assert.is(own.response?.clusterId, 'mine', 'the answer to the probe is not taken for ours')
})

today('is not fooled by a broker that closes once', async () => {
  const rig = await ConnectionRig.start()
  const features = [{ name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 0 }]
  rig.peer.on(ApiVersions, ({ connection, version }, reply) => {
    if (connection === 0) reply.close()
    else reply({ errorCode: 0, apiKeys: someApis, ...(version >= 3 && { finalizedFeatures: features }) })
  })
  const connection = await rig.connectReady()
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '1: ApiVersions v0', `1: ApiVersions v${newest}`])
  assert.is(connection.versions?.source, 'ApiVersions')
  assert.is(connection.versions?.finalizedFeatures.get('transaction.version'), 2)
})

today('fails by timeout when there is never a word, and what waited was surely not sent', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(ApiVersions).ignore(Metadata)
  const connection = rig.connect({ requestTimeoutMs: 3000 })
  const waiting = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(waiting)
  assert.instance(rig.closed[0]?.error, TimeoutError)
  assert.instance(waiting.error, ConnectionError)
  assert.is((waiting.error as ConnectionError).maybeSent, false)
  assert.match(waiting.error?.message ?? '', /ApiVersions v\d: no answer within 3000 ms/)
})

today('says what may be wrong when the connection is closed again and again', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, (_, reply) => reply.close()).on(Metadata, (_, reply) => reply.close())
  const connection = rig.connect()
  const waiting = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(waiting)
  assert.instance(waiting.error, ConnectionError)
  assert.is((waiting.error as ConnectionError).maybeSent, false)
  assert.match(
    waiting.error?.message ?? '',
    /check that a Kafka listener is there, and that it expects no TLS/,
  )
  assert.is(rig.peer.wires.length, 3)
  assert.equal(
    rig.closed.map(({ why, readyMs }) => [why, readyMs]),
    [['failed', 0]],
  )
})

today('does not greet anew once the broker has spoken', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, (_, reply) => {
    reply.part(5, { errorCode: 0, apiKeys: someApis })
    reply.close()
  })
  const connection = rig.connect()
  await until(rig, connection, 'closed')
  assert.is(rig.peer.wires.length, 1)
  assert.match(rig.closed[0]?.error?.message ?? '', /closed the connection during the handshake/)
})

for (const [what, bytes, hint] of [
  ['a TLS alert', [0x15, 3, 3, 0, 2, 2, 0x50], /these bytes are TLS.*check the tls option/],
  [
    'an HTTP answer',
    [...Buffer.from('HTTP/1.1 400 Bad Request')],
    /these bytes are HTTP: this is not a Kafka port/,
  ],
] as const) {
  today(`recognizes ${what}`, async () => {
    const rig = await ConnectionRig.start()
    rig.peer.on(ApiVersions, (_, reply) => reply.raw(Buffer.from(bytes)))
    const connection = rig.connect()
    await until(rig, connection, 'closed')
    assert.instance(rig.closed[0]?.error, ProtocolError)
    assert.match(rig.closed[0]?.error?.message ?? '', hint)
  })
}

today('fails with the error code of a broker that refuses', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(ApiVersions, { errorCode: 42, apiKeys: [] })
  const connection = rig.connect()
  await until(rig, connection, 'closed')
  assert.match(rig.closed[0]?.error?.message ?? '', /answered ApiVersions v\d with error code 42/)
})

today.run()

const older = suite('the handshake with an older broker')

older('asks again with the version it lists', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, upTo(3, [{ apiKey: 18, minVersion: 0, maxVersion: 3 }]))
  const connection = await rig.connectReady()
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: ApiVersions v3'])
  assert.equal(connection.versions?.apis.get(Produce.key), { min: 3, max: 13 })
})

older('asks again with version 0 when it lists nothing', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, upTo(1, []))
  const connection = await rig.connectReady()
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: ApiVersions v0'])
  assert.equal(connection.versions?.apis.get(ApiVersions.key), { min: 0, max: 1 })
  assert.is(connection.versions?.finalizedFeaturesEpoch, -1n)
})

older('is not taken for silent once it has said that it is older', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, ({ version }, reply) => {
    if (version > 0) reply.as({ version: 0 }, { errorCode: 35, apiKeys: [] })
    else reply.after(3000, { errorCode: 0, apiKeys: someApis.slice(0, 1) })
  })
  const connection = await rig.connectReady()
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: ApiVersions v0'])
  assert.is(connection.versions?.source, 'ApiVersions')
})

older('goes on when it was silent for a second first', async () => {
  const rig = await ConnectionRig.start()
  const later: (() => void)[] = []
  rig.peer.on(ApiVersions, (request, reply) => {
    if (later.length < 2) later.push(() => upTo(0, [])(request, reply))
    else upTo(0, [])(request, reply)
  })
  rig.peer.on(Metadata, (_, reply) => void later.push(() => reply(noTopics)))
  const connection = rig.connect()
  await rig.clock.advance(1500)
  for (const answer of later) answer()
  await until(rig, connection, 'ready')
  assert.equal(asked(rig), [`0: ApiVersions v${newest}`, '0: Metadata v0', '0: ApiVersions v0'])
  assert.is(connection.versions?.source, 'ApiVersions')
})

older('knows a 0.9 by the skipped answer, after one second of silence', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(ApiVersions).answer(Metadata, noTopics)
  const started = rig.clock.monotonic()
  const connection = await rig.connectReady()
  assert.is(rig.clock.monotonic() - started, 1000)
  assert.is(connection.versions?.source, '0.9')
  assert.equal(connection.versions?.apis.get(Produce.key), { min: 0, max: 1 })
  assert.is(connection.versions?.apis.has(ApiVersions.key), false)
  const own = rig.ask(connection, { api: Metadata, version: 0, body: { topics: [] } })
  await rig.settle(own)
  assert.is(own.error, undefined)
  assert.is(rig.peer.wires.length, 1, 'on the same connection')
  await rig.clock.advance(60_000)
  assert.is(connection.state, 'ready', 'the answer that never comes is not waited for')
})

older(
  'does not take a newer broker for a 0.8 that closed connections only until it had started',
  async () => {
    const rig = await ConnectionRig.start()
    let closed = 0
    rig.peer
      .on(ApiVersions, (request, reply) => (closed++ < 2 ? reply.close() : upTo(0, [])(request, reply)))
      .answer(Metadata, noTopics)
    const connection = await rig.connectReady()
    assert.is(connection.versions?.source, 'ApiVersions')
  },
)

older('knows a 0.8 by its closing whenever it is asked for versions', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(ApiVersions, (_, reply) => reply.close()).answer(Metadata, noTopics)
  const connection = await rig.connectReady()
  assert.equal(asked(rig), [
    `0: ApiVersions v${newest}`,
    '1: ApiVersions v0',
    '2: Metadata v0',
    '2: ApiVersions v0',
  ])
  assert.is(connection.versions?.source, '0.8')
  assert.equal(connection.versions?.apis.get(Produce.key), { min: 0, max: 0 })
  assert.is(connection.versions?.apis.has(Apis.JoinGroup.key), false)
  const own = rig.ask(connection, { api: Metadata, version: 0, body: { topics: [] } })
  await rig.settle(own)
  assert.is(own.error, undefined)
})

older('greets the same address again, since another one of the name may be another broker', async () => {
  const rig = await ConnectionRig.start()
  const other = await rig.listen('10.0.0.2')
  const first = await rig.listen('10.0.0.1')
  rig.network.name('broker1', ['10.0.0.1', '10.0.0.2'])
  first.answer(Metadata, noTopics).on(ApiVersions, (_, reply) => {
    rig.network.name('broker1', ['10.0.0.2'])
    reply.close()
  })
  const connection = await rig.connectReady()
  assert.is(connection.versions?.source, '0.8')
  assert.equal([first.wires.length, other.wires.length], [4, 0])
})

older.run()

const authentication = suite('authentication')

const sasl = { mechanisms: ['PLAIN'] }

authentication('comes after the versions and before everything else', async () => {
  const rig = await ConnectionRig.start()
  rig.peer
    .answer(SaslHandshake, { errorCode: 0, ...sasl })
    .answer(SaslAuthenticate, { errorCode: 0, errorMessage: null, authBytes: Buffer.from('ok') })
    .answer(Metadata, noTopics)
  const connection = rig.connect({
    authenticate: (session, done) => {
      assert.is(session.versions.source, 'ApiVersions')
      session.exchange({
        api: SaslHandshake,
        version: 1,
        body: { mechanism: 'PLAIN' },
        done: () => {
          const body = { authBytes: Buffer.from('secret') }
          session.exchange({ api: SaslAuthenticate, version: 1, body, done: error => done(error) })
        },
      })
    },
  })
  const waiting = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await until(rig, connection, 'authenticating')
  assert.is(rig.ready, 0)
  await rig.settle(waiting)
  assert.equal(
    rig.peer.received.map(({ api }) => api.name),
    ['ApiVersions', 'SaslHandshake', 'SaslAuthenticate', 'Metadata'],
  )
  assert.is(rig.ready, 1)
})

authentication('that fails closes the connection and is what waiting requests are told', async () => {
  const rig = await ConnectionRig.start()
  const refusal = new AuthenticationError('broker1:9092', 'the password is wrong')
  const connection = rig.connect({ authenticate: (_, done) => done(refusal) })
  const waiting = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(waiting)
  assert.is(waiting.error, refusal)
  assert.is(rig.closed[0]?.error, refusal)
  assert.is(rig.peer.of(Metadata).length, 0)
})

authentication('that ends after the connection did changes nothing', async () => {
  const rig = await ConnectionRig.start()
  let finish: (() => void) | undefined
  const connection = rig.connect({ authenticate: (_, done) => void (finish = done) })
  await until(rig, connection, 'authenticating')
  rig.peer.wires[0]!.close()
  await until(rig, connection, 'closed')
  finish!()
  assert.is(connection.state, 'closed')
  assert.equal(
    rig.closed.map(({ why }) => why),
    ['failed'],
  )
  assert.is(rig.ready, 0)
})

authentication.run()
