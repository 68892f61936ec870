import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { errorName, needs, needsAll, Partition, talking } from '../support/talk'
import { batchOf } from '../support/wire'

const { ApiVersions, Fetch, FindCoordinator, Metadata } = Apis

/** A frame: its length, then these bytes. */
const framed = (...parts: readonly Buffer[]) => {
  const bytes = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** API key, version, correlation id 7, client id "c"; of the header with tags also no tags. */
const header = (key: number, version: number, tagged = false) => {
  const bytes = Buffer.from([0, 0, 0, 0, 0, 0, 0, 7, 0, 1, 0x63, ...(tagged ? [0] : [])])
  bytes.writeInt16BE(key, 0)
  bytes.writeInt16BE(version, 2)
  return bytes
}

contract(
  'requests sent at once are answered one by one, in their order',
  needsAll({ Produce: 9, ApiVersions: 0, Metadata: 4, FindCoordinator: 0 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const connection = talk.open(partition.leader)
    // The first takes the longest.
    const answers = await Promise.all([
      partition.produce(batchOf(['x'.repeat(100_000)]), { on: connection }),
      connection.request(ApiVersions, 0, {}),
      connection.request(Metadata, 4, { topics: [{ name: partition.topic }], allowAutoTopicCreation: false }),
      connection.request(ApiVersions, 0, {}),
      partition.produce(batchOf(['y']), { on: connection }),
    ])
    assert.is(answers[0].baseOffset.toString(), '0')
    assert.is(answers[2].topics[0]!.name, partition.topic)
    assert.is(answers[4].baseOffset.toString(), '1')
  }),
)

contract(
  'a fetch that waits holds up what comes behind it on its connection, and nobody else',
  needsAll({ Produce: 9, Fetch: 12, ApiVersions: 0 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const connection = talk.open(partition.leader)
    const order: string[] = []
    const fetched = connection.request(Fetch, 12, partition.fetchRequest(0, { maxWaitMs: 8000, minBytes: 1 }))
    const behind = connection.request(ApiVersions, 0, {})
    const note = (what: string) => () => void order.push(what)
    fetched.then(note('the fetch'), note('no fetch'))
    behind.then(note('what was behind it'), note('nothing behind it'))
    // Elsewhere, long enough for an answer to overtake.
    const other = talk.open(partition.leader)
    for (let asked = 0; asked < 10; asked++) await other.request(ApiVersions, 0, {})
    assert.equal(order, [])
    note('the message')()
    await partition.produce(batchOf(['here']), { on: other })
    await Promise.all([fetched, behind])
    assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 here'])
    assert.equal(order, ['the message', 'the fetch', 'what was behind it'])
  }),
)

for (const [what, bytes] of [
  ['an API that nobody knows', framed(header(1000, 0))],
  ['a negative API key', framed(header(-1, 0))],
  ['a version above those that are served', framed(header(Metadata.key, 99, true), Buffer.alloc(8))],
  ['a negative version', framed(header(Metadata.key, -1), Buffer.alloc(8))],
  ['a version no longer served', framed(header(Fetch.key, 3), Buffer.alloc(40))],
  ['a body that is cut off', framed(header(FindCoordinator.key, 0), Buffer.from([0, 9, 0x61]))],
  ['an array longer than its frame', framed(header(Metadata.key, 4), Buffer.from([0x7f, 0, 0, 0, 0]))],
  ['a string of negative length', framed(header(FindCoordinator.key, 0), Buffer.from([0x80, 0]))],
  ['a header that is cut off', framed(Buffer.from([0, 18, 0]))],
  ['an empty frame', framed()],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ['a length beyond what a broker takes', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ['what is another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
] as const) {
  contract(
    `${what} closes the connection, without an answer`,
    needs('ApiVersions', 0),
    talking(async (talk, { brokers }) => {
      const connection = talk.open(brokers[0]!.id)
      connection.send(bytes)
      await connection.closed()
      assert.is(errorName(await talk.request(ApiVersions, 0, {})), 'NONE')
    }),
  )
}

contract(
  'what was asked before the fault is answered, and what came behind it is not',
  needs('ApiVersions', 0),
  talking(async (talk, { brokers }) => {
    const connection = talk.open(brokers[0]!.id)
    const before = connection.request(ApiVersions, 0, {})
    connection.send(framed(header(1000, 0)))
    connection.tell(ApiVersions, 0, {})
    assert.is(errorName(await before), 'NONE')
    await connection.closed()
  }),
)

contract(
  "bytes behind the body are nobody's business",
  needs('ApiVersions', 0),
  talking(async (talk, { brokers }) => {
    const connection = talk.open(brokers[0]!.id)
    connection.send(framed(header(ApiVersions.key, 0), Buffer.from('some more')))
    const answer = await connection.nextFrame()
    assert.is(answer.readInt32BE(0), 7)
    assert.is(answer.readInt16BE(4), 0)
  }),
)

contract(
  'a request may come byte by byte, and two requests in one piece',
  needs('ApiVersions', 0),
  talking(async (talk, { brokers }) => {
    const connection = talk.open(brokers[0]!.id)
    const request = framed(header(ApiVersions.key, 0))
    for (const byte of request) {
      connection.send(Buffer.from([byte]))
      await new Promise(setImmediate)
    }
    assert.is((await connection.nextFrame()).readInt16BE(4), 0)
    connection.send(Buffer.concat([request, request, request.subarray(0, 3)]))
    await connection.nextFrame()
    await connection.nextFrame()
    connection.send(request.subarray(3))
    await connection.nextFrame()
  }),
)

contract(
  'a client that has said its last word is answered what it asked, and then closed',
  needsAll({ Fetch: 12, ApiVersions: 0 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const connection = talk.open(partition.leader)
    const fetched = partition.fetch(0, { on: connection, maxWaitMs: 200, minBytes: 1 })
    const behind = connection.request(ApiVersions, 0, {})
    connection.endSending()
    assert.is(errorName(await fetched), 'NONE')
    assert.is(errorName(await behind), 'NONE')
    await connection.closed()
  }),
)

contractAlone(
  'a frame above socket.request.max.bytes closes the connection; one of just that size is served',
  { config: { 'socket.request.max.bytes': 1000 }, ...needs('ApiVersions', 0) },
  talking(async (talk, { brokers }) => {
    const head = header(ApiVersions.key, 0)
    const connection = talk.open(brokers[0]!.id)
    connection.send(framed(head, Buffer.alloc(1000 - head.length)))
    assert.is((await connection.nextFrame()).readInt16BE(4), 0)
    connection.send(framed(head, Buffer.alloc(1001 - head.length)).subarray(0, 4))
    await connection.closed()
  }),
)

contractAlone(
  'a connection on which nothing is asked for connections.max.idle.ms is closed; one in use is not',
  { config: { 'connections.max.idle.ms': 1500 }, ...needs('ApiVersions', 0) },
  talking(async (talk, { brokers }) => {
    const idle = talk.open(brokers[0]!.id)
    const used = talk.open(brokers[0]!.id)
    await idle.request(ApiVersions, 0, {})
    const started = performance.now()
    let isClosed = false
    const closed = idle.closed().then(() => (isClosed = true))
    while (!isClosed) await used.request(ApiVersions, 0, {})
    await closed
    const ms = performance.now() - started
    assert.ok(ms > 1000, `closed after ${ms} ms`)
    await used.request(ApiVersions, 0, {})
  }),
)

runContract()
