import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ArgumentError,
  ConnectionError,
  ProtocolError,
  TimeoutError,
  UnsupportedError,
} from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { ConnectionRig, place, type Asked } from '../support/connection-rig'

const { Heartbeat, JoinGroup, Metadata, Produce } = Apis
const noTopics = { brokers: [], topics: [] }
const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' }
const join = { groupId: 'g', sessionTimeoutMs: 1, memberId: '', protocolType: 'consumer', protocols: [] }

const exchange = suite('an exchange')

exchange('gets its answer, typed and complete', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, {
    brokers: [{ nodeId: 1, host: 'broker1', port: 9092 }],
    topics: [],
    clusterId: 'c1',
  })
  const connection = await rig.connectReady()
  const asked = rig.ask(connection, { api: Metadata, version: 9, body: { topics: null } })
  assert.is(asked.isDone, false, 'never before exchange has returned')
  await rig.settle(asked)
  assert.is(asked.error, undefined)
  assert.is(asked.response?.clusterId, 'c1')
  const [request] = rig.peer.of(Metadata)
  assert.is(request?.version, 9)
  assert.is(request?.clientId, 'tester')
})

exchange('given before the handshake waits for it, and then chooses its version', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = rig.connect()
  const asked = rig.ask(connection, {
    api: Metadata,
    version: versions => versions.apis.get(Metadata.key)!.max,
    body: { topics: null },
  })
  await rig.settle(asked)
  assert.is(rig.peer.of(Metadata)[0]?.version, Metadata.versions[1])
})

exchange('whose version cannot be chosen fails alone', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = await rig.connectReady()
  const choose = (): number => {
    throw new UnsupportedError('too old')
  }
  const failing = rig.ask(connection, { api: Metadata, version: choose, body: { topics: null } })
  const working = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(failing, working)
  assert.instance(failing.error, UnsupportedError)
  assert.is(working.error, undefined)
  assert.is(rig.peer.of(Metadata).length, 1)
})

exchange('whose body cannot be written fails alone and sends nothing', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady()
  const wrong = {
    api: Heartbeat,
    version: 1,
    body: { ...heartbeat, generationId: 'one' as unknown as number },
  }
  const asked = rig.ask(connection, wrong)
  await rig.settle(asked)
  assert.instance(asked.error, ArgumentError)
  assert.match(asked.error?.message ?? '', /generationId/)
  assert.is(connection.state, 'ready')
  assert.is(rig.peer.of(Heartbeat).length, 0)
})

exchange('of one turn share one write, in the order given', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics).answer(Heartbeat, { errorCode: 0 })
  let writes = 0
  const connection = await rig.connectReady({
    dial: (target, handlers) => {
      const wire = rig.network.dial(target, handlers)
      return {
        remote: wire.remote,
        close: () => wire.close(),
        write: (chunks, flushed) => {
          writes++
          wire.write([Buffer.concat(chunks)], flushed)
        },
      }
    },
  })
  writes = 0
  const asked = [
    rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } }),
    rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat }),
    rig.ask(connection, { api: Metadata, version: 2, body: { topics: null } }),
  ]
  await rig.settle(...asked)
  assert.is(writes, 1)
  assert.equal(
    rig.peer.received.slice(1).map(({ api, version }) => `${api.name} ${version}`),
    ['Metadata 1', 'Heartbeat 1', 'Metadata 2'],
  )
})

exchange('is answered whatever the pieces in which its answer comes', async () => {
  for (const bytes of [1, 2, 3, 5, 7, 64]) {
    const rig = await ConnectionRig.start()
    rig.network.split(bytes)
    rig.peer.on(Metadata, ({ version }, reply) => reply({ ...noTopics, clusterId: `c${version}` }))
    const connection = await rig.connectReady()
    const first = rig.ask(connection, { api: Metadata, version: 2, body: { topics: null } })
    const second = rig.ask(connection, { api: Metadata, version: 9, body: { topics: null } })
    await rig.settle(first, second)
    assert.equal([first.response?.clusterId, second.response?.clusterId], ['c2', 'c9'])
  }
})

exchange('without a response is done when its bytes have left', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Produce).answer(Metadata, noTopics)
  const connection = await rig.connectReady()
  const produce = rig.ask(connection, {
    api: Produce,
    version: 3,
    body: { acks: 0, timeoutMs: 1, topicData: [] },
    noResponse: true,
  })
  const metadata = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  assert.is(produce.isDone, false)
  await rig.settle(produce, metadata)
  assert.equal([produce.error, produce.response], [undefined, undefined])
  assert.is(metadata.error, undefined, 'the answer behind it is matched to the right request')
})

exchange('without a response fails when its bytes cannot leave in time', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady({ requestTimeoutMs: 500 })
  rig.network.hold(place)
  const body = { acks: 0, timeoutMs: 1, topicData: [] }
  const asked = rig.ask(connection, { api: Produce, version: 3, body, noResponse: true })
  await rig.settle(asked)
  assert.instance(asked.error, TimeoutError)
})

exchange('costs no timer of its own', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata)
  const connection = await rig.connectReady()
  const before = rig.clock.pending
  for (let round = 0; round < 100; round++) {
    rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
    await rig.clock.advance(1)
  }
  assert.is(rig.peer.of(Metadata).length, 100)
  assert.ok(rig.clock.pending <= before + 1, `${rig.clock.pending} timers, ${before} before`)
})

exchange('that throws in its callback takes nothing else along', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = await rig.connectReady()
  const fault = new Error('a bug of the caller')
  connection.exchange({
    api: Metadata,
    version: 1,
    body: { topics: null },
    done: () => {
      throw fault
    },
  })
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  const surfaced = await rig.settle(asked).then(
    () => rig.clock.advance(1).catch((error: unknown) => error),
    (error: unknown) => error,
  )
  assert.is(surfaced, fault)
  assert.is(asked.error, undefined)
  assert.is(connection.state, 'ready')
})

exchange.run()

const cancel = suite('cancel')

cancel('of a request not yet written keeps it from being sent', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = rig.connect()
  const waiting = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  assert.is(waiting.exchange.cancel(), 'not-sent')
  await rig.clock.until(() => connection.state === 'ready')
  const queued = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  assert.is(queued.exchange.cancel(), 'not-sent')
  await rig.clock.advance(1000)
  assert.is(rig.peer.of(Metadata).length, 0)
  assert.equal([waiting.isDone, queued.isDone], [false, false])
})

cancel('of a sent request drops its late answer and keeps the others matched', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, ({ version }, reply) => reply.after(100, { ...noTopics, clusterId: `c${version}` }))
  const connection = await rig.connectReady()
  const first = rig.ask(connection, { api: Metadata, version: 2, body: { topics: null } })
  const second = rig.ask(connection, { api: Metadata, version: 3, body: { topics: null } })
  await rig.clock.advance(50)
  assert.is(first.exchange.cancel(), 'sent')
  await rig.settle(second)
  assert.is(second.response?.clusterId, 'c3')
  assert.is(first.isDone, false)
})

cancel('of a sent request leaves its timeout in force, since what is behind it is stuck too', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata)
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.clock.advance(10)
  asked.exchange.cancel()
  await rig.clock.until(() => connection.state === 'closed')
  assert.instance(rig.closed[0]?.error, TimeoutError)
  assert.is(asked.isDone, false)
})

cancel.run()

const timeout = suite('a request that times out')

timeout('closes its connection and fails what is in flight with it, each with its own error', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata).ignore(Heartbeat)
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const late = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.clock.advance(400)
  const behind = rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat })
  await rig.settle(late, behind)
  assert.instance(late.error, TimeoutError)
  assert.is((late.error as TimeoutError).maybeSent, true)
  assert.is(
    late.error?.message,
    'broker1:9092 (node 1), Metadata v1: no answer within 1000 ms (request timeout)',
  )
  assert.instance(behind.error, ConnectionError)
  assert.is((behind.error as ConnectionError).maybeSent, true)
  assert.match(behind.error?.message ?? '', /Metadata v1: no answer.*before Heartbeat v1 was answered/)
  assert.is(connection.state, 'closed')
  assert.equal(
    rig.closed.map(({ why }) => why),
    ['failed'],
  )
  assert.is(rig.closed[0]?.error, late.error)
  await rig.clock.advance(1)
  assert.is(rig.peer.closed.length, 1)
})

timeout('need not be the oldest', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(JoinGroup).ignore(Heartbeat)
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const started = rig.clock.monotonic()
  const long = rig.ask(connection, { api: JoinGroup, version: 1, body: join, timeoutMs: 60_000 })
  const short = rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat })
  await rig.settle(long, short)
  assert.is(rig.clock.monotonic() - started, 1000)
  assert.instance(short.error, TimeoutError)
  assert.instance(long.error, ConnectionError)
})

timeout('may be one that was given more time', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(JoinGroup, (_, reply) =>
    reply.after(50_000, {
      errorCode: 0,
      generationId: 1,
      protocolName: 'p',
      leader: 'm',
      memberId: 'm',
      members: [],
    }),
  )
  rig.peer.answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const long = rig.ask(connection, { api: JoinGroup, version: 1, body: join, timeoutMs: 60_000 })
  await rig.settle(long)
  assert.is(long.error, undefined)
  const next = rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat })
  await rig.settle(next)
  assert.is(next.error, undefined)
})

timeout('is not one whose answer has arrived while the process stood still', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  // Request and answer travel for 1000 ms: the answer is there when the alarm rings, and the alarm rings first.
  rig.network.delay(500)
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(asked)
  assert.is(asked.error, undefined)
})

timeout.run()

const damage = suite('a damaged answer')

damage('fails its own exchange with a ProtocolError and closes the connection', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (request, reply) => reply.as({ version: 0 }, noTopics)).ignore(Heartbeat)
  const connection = await rig.connectReady()
  const bad = rig.ask(connection, { api: Metadata, version: 9, body: { topics: null } })
  const behind = rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat })
  await rig.settle(bad, behind)
  assert.instance(bad.error, ProtocolError)
  assert.match(bad.error?.message ?? '', /^broker1:9092 \(node 1\), .*Metadata v9|ResponseHeader/)
  assert.instance(behind.error, ConnectionError)
  assert.is((behind.error as ConnectionError).maybeSent, true)
  assert.is(rig.closed[0]?.error, bad.error)
})

damage('to another request than the next closes the connection', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, ({ correlationId }, reply) =>
    reply.as({ correlationId: correlationId + 5 }, noTopics),
  )
  const connection = await rig.connectReady()
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(asked)
  assert.instance(asked.error, ConnectionError)
  assert.instance(rig.closed[0]?.error, ProtocolError)
  assert.match(rig.closed[0]?.error?.message ?? '', /answer to request 7 where 2 \(Metadata v1\) is next/)
})

damage('that overtakes another closes the connection', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata).answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  const overtaken = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  const overtaking = rig.ask(connection, { api: Heartbeat, version: 1, body: heartbeat })
  await rig.settle(overtaken, overtaking)
  assert.instance(rig.closed[0]?.error, ProtocolError)
  assert.instance(overtaken.error, ConnectionError)
  assert.instance(overtaking.error, ConnectionError)
})

damage('that nothing asked for closes the connection', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady()
  rig.peer.wires[0]!.write([Buffer.from([0, 0, 0, 4, 0, 0, 0, 9])])
  await rig.clock.until(() => connection.state === 'closed')
  assert.instance(rig.closed[0]?.error, ProtocolError)
  assert.match(rig.closed[0]?.error?.message ?? '', /nothing was asked/)
})

damage('too short for a correlation id closes the connection', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady()
  rig.peer.wires[0]!.write([Buffer.from([0, 0, 0, 2, 0, 0])])
  await rig.clock.until(() => connection.state === 'closed')
  assert.match(rig.closed[0]?.error?.message ?? '', /2 bytes are no answer/)
})

damage('of a length that cannot be closes the connection before memory is taken', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => reply.raw(Buffer.from([0x7f, 0xff, 0xff, 0xff])))
  const connection = await rig.connectReady({ maxFrameBytes: 1000 })
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(asked)
  assert.match(asked.error?.message ?? '', /frame length 2147483647 is over maxFrameBytes \(1000\)/)
  assert.is(connection.state, 'closed')
})

damage.run()

const end = suite('the end of a connection')

const inFlight = async (rig: ConnectionRig): Promise<Asked<typeof Metadata>> => {
  rig.peer.ignore(Metadata)
  const asked = rig.ask(await rig.connectReady(), { api: Metadata, version: 1, body: { topics: null } })
  await rig.clock.until(() => rig.peer.of(Metadata).length === 1)
  return asked
}

end('by the broker fails what is in flight, which it may have handled', async () => {
  const rig = await ConnectionRig.start()
  const asked = await inFlight(rig)
  rig.peer.wires[0]!.close()
  await rig.settle(asked)
  assert.instance(asked.error, ConnectionError)
  assert.is((asked.error as ConnectionError).maybeSent, true)
  assert.is(
    asked.error?.message,
    'broker1:9092 (node 1): the broker closed the connection before Metadata v1 was answered; the broker may have handled it',
  )
  assert.is(rig.closed[0]?.why, 'failed')
})

end('in the middle of an answer fails that exchange', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => {
    reply.part(9, noTopics)
    reply.close()
  })
  const connection = await rig.connectReady()
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(asked)
  assert.instance(asked.error, ConnectionError)
})

end('by a reset says so', async () => {
  const rig = await ConnectionRig.start()
  const asked = await inFlight(rig)
  assert.is(rig.network.cut(place), 1)
  await rig.settle(asked)
  assert.match(asked.error?.message ?? '', /the other side reset the connection \(ECONNRESET\)/)
})

end('by the broker is quiet when nothing was asked', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady()
  await rig.clock.advance(5000)
  rig.peer.wires[0]!.close()
  await rig.clock.until(() => connection.state === 'closed')
  assert.equal(rig.closed, [{ why: 'peer', error: undefined, readyMs: 5000 }])
})

end('fails what was queued behind a throttle as surely not sent', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 })
  const connection = await rig.connectReady()
  await rig.settle(rig.ask(connection, { api: Metadata, version: 9, body: { topics: null } }))
  const queued = rig.ask(connection, { api: Metadata, version: 9, body: { topics: null } })
  await rig.clock.advance(1000)
  rig.peer.wires[0]!.close()
  await rig.settle(queued)
  assert.instance(queued.error, ConnectionError)
  assert.is((queued.error as ConnectionError).maybeSent, false)
})

end('is told before the exchanges that it fails', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata)
  const told: string[] = []
  const connection = await rig.connectReady({ closed: () => void told.push('closed') })
  const done = (): void => void told.push(`done, connection ${connection.state}`)
  connection.exchange({ api: Metadata, version: 1, body: { topics: null }, done })
  await rig.clock.advance(1)
  connection.close()
  assert.equal(told, ['closed', 'done, connection closed'])
})

end('comes after idleMs without traffic', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => reply.after(300, noTopics))
  const connection = await rig.connectReady({ idleMs: 1000 })
  const started = rig.clock.monotonic()
  await rig.clock.advance(900)
  await rig.settle(rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } }))
  await rig.clock.until(() => connection.state === 'closed')
  assert.is(rig.clock.monotonic() - started, 2200)
  assert.is(rig.closed[0]?.why, 'idle')
  assert.is(rig.closed[0]?.error, undefined)
  assert.is(rig.clock.pending, 1, 'only the news of the close is on its way')
})

end('does not come by idleness while something is in flight', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => reply.after(5000, noTopics))
  const connection = await rig.connectReady({ idleMs: 1000 })
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(asked)
  assert.is(asked.error, undefined)
})

end.run()

const close = suite('close')

close('at once fails what is in flight and what waits', async () => {
  const rig = await ConnectionRig.start()
  const asked = await inFlight(rig)
  const waiting = rig.connect()
  const early = rig.ask(waiting, { api: Metadata, version: 1, body: { topics: null } })
  waiting.close()
  assert.is((early.error as ConnectionError).maybeSent, false)
  assert.match(early.error?.message ?? '', /closed by this client before Metadata was sent/)
  assert.is(asked.isDone, false)
})

close('gracefully finishes what was taken and takes nothing more', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => reply.after(500, noTopics))
  const connection = await rig.connectReady()
  const taken = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  connection.close({ graceful: true })
  assert.is(connection.state, 'draining')
  const refused = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.settle(taken, refused)
  assert.is(taken.error, undefined)
  assert.is((refused.error as ConnectionError).maybeSent, false)
  assert.is(connection.state, 'closed')
  assert.equal(
    rig.closed.map(({ why }) => why),
    ['asked'],
  )
})

close('gracefully lets requests that wait for the handshake through', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, noTopics)
  const connection = rig.connect()
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  connection.close({ graceful: true })
  await rig.settle(asked)
  assert.is(asked.error, undefined)
  assert.is(connection.state, 'closed')
})

close('gracefully does not wait for answers nobody wants', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.ignore(Metadata)
  const connection = await rig.connectReady()
  const dropped = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  await rig.clock.advance(1)
  connection.close({ graceful: true })
  assert.is(connection.state, 'draining')
  dropped.exchange.cancel()
  assert.is(connection.state, 'closed')
})

close('leaves no timer and no socket behind', async () => {
  const rig = await ConnectionRig.start()
  for (const steps of [0, 1, 2, 3, 4, 5]) {
    const connection = rig.connect()
    for (let step = 0; step < steps; step++) await rig.clock.advance(0)
    connection.close()
    connection.close()
    connection.close({ graceful: true })
  }
  await rig.clock.advance(1)
  assert.is(rig.clock.pending, 0)
  assert.is(rig.peer.closed.length, rig.peer.wires.length)
  assert.is(rig.closed.length, 6)
})

close('refuses what comes after it', async () => {
  const rig = await ConnectionRig.start()
  const connection = await rig.connectReady()
  connection.close()
  const asked = rig.ask(connection, { api: Metadata, version: 1, body: { topics: null } })
  assert.is(asked.isDone, false, 'never before exchange has returned')
  await rig.settle(asked)
  assert.is((asked.error as ConnectionError).maybeSent, false)
})

close.run()
