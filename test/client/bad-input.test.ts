import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessageSet, KafkaClient, type ClientOptions, type Hosts } from '../../src/client'
import type { Deferred } from '../../src/deferred'
import { ArgumentError, BrokerError, ClosedError, FailedPayloadsError, KafkaError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { ClientRig, reasonOf } from './client-rig'

/** What a JavaScript caller may pass, whatever the types say. */
type Anything = never

const orders = { topic: 'orders', partition: 0 }

function thrown(act: () => unknown): KafkaError {
  try {
    act()
  } catch (error) {
    assert.instance(error, KafkaError)
    return error as KafkaError
  }
  throw new Error('it was accepted')
}

const badHosts: readonly (readonly [given: unknown, says: RegExp])[] = [
  ['', /client hosts: expected host, host:port or \[ipv6\]:port.*got ""/],
  ['a,,b', /got ""/],
  ['a:', /got "a:"/],
  ['a:0', /port from 1 to 65535/],
  ['a:99999', /port from 1 to 65535/],
  ['a:kafka', /got "a:kafka"/],
  ['::1', /brackets, such as \[::1\]:9092/],
  ['kafka://a:9092', /without a scheme/],
  ['PLAINTEXT://a:9092', /without a scheme/],
  ['a b:9092', /host:port/],
  [[], /got array of 0/],
  [undefined, /got undefined/],
  [null, /got null/],
  [9092, /got 9092/],
  [{ host: 'a:9092' }, /a host name without port; give the port beside it/],
  [[{ host: '' }], /a host name/],
  [[{ host: 'a', port: '9092' }], /port from 1 to 65535, got "9092"/],
]

for (const [given, says] of badHosts) {
  test(`hosts ${JSON.stringify(given) ?? 'undefined'} are refused at construction`, () => {
    const error = thrown(() => new KafkaClient(given as Hosts))
    assert.instance(error, ArgumentError)
    assert.match(error.message, says)
  })
}

const badOptions: readonly (readonly [given: unknown, says: RegExp])[] = [
  [{ clientID: 'a' }, /client option clientID: expected a known option \(did you mean clientId\?\)/],
  [{ clientId: '' }, /client option clientId: expected a string that is not empty, got ""/],
  [{ clientId: 5 }, /client option clientId: expected a string/],
  [{ clientRack: 5 }, /client option clientRack: expected a string/],
  [{ tls: 'yes' }, /client option tls: expected true, false or TLS options, got "yes"/],
  [{ timeoutMs: 0 }, /client option timeoutMs: expected whole milliseconds from 1/],
  [{ timeoutMs: 1.5 }, /client option timeoutMs: expected whole milliseconds/],
  [{ requestTimeoutMs: '30s' }, /client option requestTimeoutMs: expected whole milliseconds.*got "30s"/],
  [{ retryBackoffMs: -1 }, /client option retryBackoffMs: expected whole milliseconds from 0/],
  [{ connectTimeoutMs: Infinity }, /client option connectTimeoutMs: expected whole milliseconds/],
  [{ allowAutoTopicCreation: 'no' }, /client option allowAutoTopicCreation: expected true or false/],
  [{ maxDecompressedBytes: 0 }, /client option maxDecompressedBytes: expected a whole number/],
  [{ mapAddress: {} }, /client option mapAddress: expected a function/],
  [{ logger: console }, /client option logger: expected a function/],
  [{ dial: {} }, /client option dial: expected a function/],
  ['billing', /client options: expected an object, got "billing"/],
  [null, /client options: expected an object, got null/],
]

for (const [given, says] of badOptions) {
  test(`client options ${JSON.stringify(given)} are refused at construction`, () => {
    const error = thrown(() => new KafkaClient('a', given as ClientOptions))
    assert.instance(error, ArgumentError)
    assert.match(error.message, says)
  })
}

type Call = (client: KafkaClient) => Deferred<unknown>

const badCalls: readonly (readonly [what: string, call: Call, says: RegExp])[] = [
  [
    'no payloads',
    c => c.sendProduceRequest([]),
    /sendProduceRequest payloads: expected an array with at least one/,
  ],
  [
    'payloads that are no array',
    c => c.sendFetchRequest(orders as Anything),
    /payloads: expected an array.*got object/,
  ],
  [
    'a payload that is no object',
    c => c.sendFetchRequest(['orders'] as Anything),
    /payloads\[0\]: expected an object with topic/,
  ],
  [
    'a payload that is null',
    c => c.sendOffsetRequest([null] as Anything),
    /payloads\[0\]: expected an object.*got null/,
  ],
  [
    'a payload without a topic',
    c => c.sendProduceRequest([{ partition: 0, messages: ['a'] }] as Anything),
    /payloads\[0\]\.topic: expected a topic name.*got undefined/,
  ],
  [
    'a topic name that Kafka forbids',
    c => c.sendOffsetRequest([{ topic: 'my topic', partition: 0 }]),
    /topic: expected a topic name: 1 to 249 of letters, digits/,
  ],
  [
    'a topic name of dots',
    c => c.sendOffsetRequest([{ topic: '..', partition: 0 }]),
    /expected a topic name/,
  ],
  [
    'a topic name too long',
    c => c.loadMetadataForTopics('x'.repeat(250)),
    /topics\[0\]: expected a topic name: 1 to 249/,
  ],
  ['an empty topic name', c => c.loadMetadataForTopics('orders', ''), /topics\[1\]: expected a topic name/],
  ['topics in an array', c => c.loadMetadataForTopics(['orders'] as Anything), /topics\[0\].*got array of 1/],
  ['a topic that is a symbol', c => c.loadMetadataForTopics(Symbol('a') as Anything), /got Symbol\(a\)/],
  [
    'a partition that is text',
    c => c.sendOffsetRequest([{ topic: 'orders', partition: '0' }] as Anything),
    /payloads\[0\]\.partition: expected a partition number from 0, got "0"/,
  ],
  [
    'a negative partition',
    c => c.sendOffsetRequest([{ topic: 'orders', partition: -1 }]),
    /partition number from 0, got -1/,
  ],
  [
    'messages that are one text',
    c => c.sendProduceRequest([{ ...orders, messages: 'hello' }] as Anything),
    /payloads\[0\]\.messages: expected an array with at least one message, got "hello"/,
  ],
  [
    'no messages',
    c => c.sendProduceRequest([{ ...orders, messages: [] }]),
    /messages: expected an array with at least one/,
  ],
  [
    'messages left out',
    c => c.sendProduceRequest([orders] as Anything),
    /messages: expected an array.*got undefined/,
  ],
  [
    'a message that is a number',
    c => c.sendProduceRequest([{ ...orders, messages: ['a', 5] }] as Anything),
    /payloads\[0\]\.messages\[1\]: expected a message/,
  ],
  [
    'a value that is an object',
    c =>
      c.sendProduceRequest([
        { ...orders, messages: ['a'] },
        { ...orders, messages: [{ value: { id: 1 } }] },
      ] as Anything),
    /payloads\[1\]\.messages\[0\]\.value: expected a string, Buffer, Uint8Array or null, got object id/,
  ],
  [
    'a key that is a number',
    c => c.sendProduceRequest([{ ...orders, messages: [{ key: 7, value: 'a' }] }] as Anything),
    /messages\[0\]\.key: expected a string, Buffer/,
  ],
  [
    'headers that are an object',
    c =>
      c.sendProduceRequest([{ ...orders, messages: [{ value: 'a', headers: { trace: '7' } }] }] as Anything),
    /messages\[0\]\.headers: expected an array of \[name, value\] pairs/,
  ],
  [
    'a timestamp that is text',
    c => c.sendProduceRequest([{ ...orders, messages: [{ value: 'a', timestamp: 'now' }] }] as Anything),
    /messages\[0\]\.timestamp: expected milliseconds since the epoch/,
  ],
  [
    'acks of another client',
    c => c.sendProduceRequest([{ ...orders, messages: ['a'] }], { acks: 2 as Anything }),
    /sendProduceRequest option acks: expected one of "all", "leader", "none", -1, 1, 0, got 2/,
  ],
  [
    'a compression that does not exist',
    c => c.sendProduceRequest([{ ...orders, messages: ['a'] }], { compression: 'brotli' as Anything }),
    /compression: expected one of "none", "gzip", "snappy", "lz4", "zstd", got "brotli"/,
  ],
  [
    'an option that does not exist',
    c => c.sendProduceRequest([{ ...orders, messages: ['a'] }], { ack: 'all' } as Anything),
    /sendProduceRequest option ack: expected a known option \(did you mean acks\?\)/,
  ],
  [
    'options that are null',
    c => c.sendFetchRequest([{ ...orders, offset: 0 }], null as Anything),
    /options: expected an object, got null/,
  ],
  [
    'a time limit of no time',
    c => c.sendFetchRequest([{ ...orders, offset: 0 }], { timeoutMs: 0 }),
    /sendFetchRequest option timeoutMs: expected whole milliseconds from 1/,
  ],
  [
    'a maxWaitMs that is text',
    c => c.sendFetchRequest([{ ...orders, offset: 0 }], { maxWaitMs: '5' as Anything }),
    /sendFetchRequest option maxWaitMs: expected whole milliseconds/,
  ],
  [
    'an offset that is text',
    c => c.sendFetchRequest([{ ...orders, offset: '7' as Anything }]),
    /payloads\[0\]\.offset: expected a whole number/,
  ],
  [
    'an offset left out',
    c => c.sendFetchRequest([orders as Anything]),
    /payloads\[0\]\.offset: expected a whole number.*got undefined/,
  ],
  [
    'a negative offset to commit',
    c => c.sendOffsetCommitRequest('g', [{ ...orders, offset: -5 }]),
    /payloads\[0\]\.offset: expected an offset, from 0, got -5/,
  ],
  [
    'OFFSET_LATEST as the offset of a fetch',
    c => c.sendFetchRequest([{ ...orders, offset: -1n }]),
    /offset: expected an offset from 0; sendOffsetRequest finds the ends of the log, got -1n/,
  ],
  [
    'a maxBytes of nothing',
    c => c.sendFetchRequest([{ ...orders, offset: 0, maxBytes: 0 }]),
    /payloads\[0\]\.maxBytes: expected a whole number of bytes from 1/,
  ],
  [
    'a time that is text',
    c => c.sendOffsetRequest([{ ...orders, time: 'yesterday' as Anything }]),
    /payloads\[0\]\.time: expected/,
  ],
  [
    'a time that is no date',
    c => c.sendOffsetRequest([{ ...orders, time: new Date(NaN) }]),
    /payloads\[0\]\.time: expected/,
  ],
  [
    'an empty group',
    c => c.sendOffsetFetchRequest('', [orders]),
    /group: expected a group id that is not empty, got ""/,
  ],
  [
    'a group that is a number',
    c => c.loadCoordinatorForGroup(7 as Anything),
    /group: expected a group id.*got 7/,
  ],
  [
    'a commit without an offset',
    c => c.sendOffsetCommitRequest('billing', [orders as Anything]),
    /payloads\[0\]\.offset: expected a whole number.*got undefined/,
  ],
  [
    'a generation that is text',
    c => c.sendOffsetCommitRequest('billing', [{ ...orders, offset: 1 }], { generationId: '1' as Anything }),
    /sendOffsetCommitRequest option generationId: expected a whole number/,
  ],
  [
    'an API by its name',
    c => c.request('Metadata' as Anything, {} as Anything),
    /request api: expected the definition of an API, such as Apis\.Metadata, got "Metadata"/,
  ],
  ['no API', c => c.request(undefined as Anything, {} as Anything), /request api.*got undefined/],
  [
    'no body',
    c => c.request(Apis.Metadata, undefined as Anything),
    /Metadata body: expected an object, got undefined/,
  ],
  [
    'a request option that does not exist',
    c => c.request(Apis.ListGroups, {}, { brokerId: 1 } as Anything),
    /ListGroups option brokerId: expected a known option \(did you mean broker\?\)/,
  ],
]

for (const [what, call, says] of badCalls) {
  test(`${what}: refused through the Deferred, at once and before anything is sent`, async () => {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    const error = await rig.failure(call(rig.client()))
    assert.instance(error, ArgumentError)
    assert.match(error.message, says)
    assert.is(rig.peer(1).wires.length, 0)
  })
}

test('createMessageSet refuses what it cannot pack, naming it', () => {
  assert.match(
    thrown(() => createMessageSet([])).message,
    /messages: expected an array with at least one message/,
  )
  assert.match(
    thrown(() => createMessageSet(['a', 7 as Anything])).message,
    /messages\[1\]: expected a message/,
  )
  assert.match(
    thrown(() => createMessageSet(['a'], { compression: 'zip' as Anything })).message,
    /compression: expected one of none, gzip/,
  )
})

test('an unknown topic is asked for until timeoutMs; then its payload says what to do', async () => {
  const rig = await ClientRig.start()
  const error = await rig.failure(
    rig.client().sendProduceRequest([{ ...orders, messages: ['a'] }], { timeoutMs: 3000 }),
  )
  assert.instance(error, FailedPayloadsError)
  const [failed] = (error as FailedPayloadsError).failedPayloads
  assert.instance(failed!.error, BrokerError)
  assert.is(reasonOf(failed!.error), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.match(
    failed!.error.message,
    /orders\/0.*there is no such topic \(yet\); check its name, or create it/,
  )
})

test('a partition that the topic does not have says how many it has', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  const call = rig.client().sendOffsetRequest([{ topic: 'orders', partition: 9 }], { timeoutMs: 1000 })
  assert.match((await rig.failure(call)).message, /orders\/9.*the topic has 2 partitions, numbered from 0/)
})

test('a name that the broker refuses is its error, at once', async () => {
  const rig = await ClientRig.start()
  rig.topics.set('__internal', { errorCode: 17, partitions: [] })
  const before = rig.clock.now()
  const error = await rig.failure(rig.client().sendOffsetRequest([{ topic: '__internal', partition: 0 }]))
  assert.match(error.message, /INVALID_TOPIC_EXCEPTION/)
  assert.is(rig.clock.now(), before)
})

test('messages over the limit of the topic say which limit, and what to do', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 10)
  const error = await rig.failure(rig.client().sendProduceRequest([{ ...orders, messages: ['a'] }]))
  assert.match(
    error.message,
    /orders\/0: MESSAGE_TOO_LARGE \(10\), the batch is over max\.message\.bytes of the topic; send less at once or raise it/,
  )
})

test('a mapAddress that answers nothing useful is refused by name', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ mapAddress: (() => 'tunnel:9092') as Anything })
  const error = await rig.failure(client.loadMetadataForTopics('orders'))
  assert.instance(error, ArgumentError)
  assert.match(
    error.message,
    /client option mapAddress: expected \{ host, port \} as its answer, got "tunnel:9092"/,
  )
})

test('a closed client says so, and what to do', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.close())
  const error = await rig.failure(client.loadMetadataForTopics('orders'))
  assert.instance(error, ClosedError)
  assert.match(error.message, /KafkaClient\(b1:9092\) is closed; make a new one/)
})

test.run()
