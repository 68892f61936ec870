import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka } from '../../src/broker'
import { ArgumentError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const three = { brokers: 3, topics: { orders: { partitions: 3 } } }

const broker = suite('a broker')

broker(
  'that is killed is missed after a while, and led partitions get other leaders in new epochs',
  async () => {
    const rig = await BrokerRig.start({ ...three, config: { 'broker.session.timeout.ms': 3000 } })
    const client = rig.client()
    const first = rig.kafka.partition('orders', 0)
    await rig.done(rig.produce('a', { client }))
    const { leader } = first
    await rig.kafka.broker(leader).kill()
    await rig.clock.advance(2999)
    assert.is(first.leader, leader)
    await rig.clock.advance(1)
    assert.is.not(first.leader, leader)
    assert.equal([first.leaderEpoch, first.isr.includes(leader)], [1, false])
    await rig.done(rig.produce('b', { client }))
    assert.equal(rig.values('orders', 0), ['a', 'b'])
    await rig.close()
  },
)

broker('that is killed and started before it is missed leads nothing that another can lead', async () => {
  const rig = await BrokerRig.start(three)
  const first = rig.kafka.partition('orders', 0)
  const { leader } = first
  await rig.done(rig.kafka.broker(leader).kill())
  assert.equal([first.leader, first.leaderEpoch], [leader, 0])
  await rig.done(rig.kafka.broker(leader).start())
  assert.is.not(first.leader, leader)
  assert.equal([first.leaderEpoch, first.isr.length], [1, 3])
  await rig.close()
})

broker('that stops hands over at once, and is in sync again when it is back', async () => {
  const rig = await BrokerRig.start(three)
  const first = rig.kafka.partition('orders', 0)
  const { leader } = first
  const stopping = rig.kafka.broker(leader)
  await rig.done(stopping.stop())
  assert.equal([stopping.isUp, first.leader === leader, first.isr.length], [false, false, 2])
  await rig.done(stopping.start())
  assert.equal([stopping.isUp, first.isr.length], [true, 3])
  const types = rig.events.flatMap(event => (event.type.startsWith('broker-') ? [event.type] : []))
  assert.equal(types, ['broker-stopped', 'broker-started'])
  await rig.close()
})

broker('that was the last one in sync is waited for: meanwhile there is no leader', async () => {
  const rig = await BrokerRig.start({ brokers: 3, topics: { pair: { replicationFactor: 2 } } })
  const pair = rig.kafka.partition('pair')
  const [first, second] = pair.replicas
  await rig.done(rig.kafka.broker(second!).stop())
  await rig.done(rig.kafka.broker(first!).stop())
  assert.equal([pair.leader, pair.isr], [-1, []])
  await rig.done(rig.kafka.broker(second!).start())
  assert.is(pair.leader, -1)
  await rig.done(rig.kafka.broker(first!).start())
  assert.equal([pair.leader, [...pair.isr].sort()], [first, [first, second].sort()])
  await rig.close()
})

broker(
  'that is paused takes connections and answers nothing, and answers all of it when it goes on',
  async () => {
    const rig = await BrokerRig.start()
    const client = rig.client()
    await rig.done(client.loadMetadataForTopics('orders'))
    await rig.kafka.broker(1).pause()
    const waiting = rig.produce('a', { client, timeoutMs: 20_000 })
    waiting.subscribe()
    await rig.clock.advance(5000)
    assert.equal(rig.values(), [])
    assert.ok(rig.kafka.broker(1).connections > 0)
    await rig.kafka.broker(1).resume()
    assert.is((await rig.done(waiting))[0]!.offset, 0n)
    await rig.close()
  },
)

broker('refuses new connections, and keeps those that are open', async () => {
  const rig = await BrokerRig.start()
  const early = rig.client()
  await rig.done(rig.produce('a', { client: early }))
  rig.kafka.broker(1).refuseConnections()
  const late = await rig.failure(rig.client({ timeoutMs: 1000 }).loadMetadataForTopics('orders'))
  assert.is(late.name, 'TimeoutError')
  await rig.done(rig.produce('b', { client: early }))
  rig.kafka.broker(1).acceptConnections()
  await rig.done(rig.produce('c'))
  assert.equal(rig.values(), ['a', 'b', 'c'])
  await rig.close()
})

broker('has the pace that it is given, in reading and in writing', async () => {
  const rig = await BrokerRig.start()
  const value = 'x'.repeat(10_000)
  const took = async (work: () => PromiseLike<unknown>): Promise<number> => {
    const started = rig.clock.now()
    await rig.done(work())
    return rig.clock.now() - started
  }
  rig.kafka.broker(1).setPace({ readBytesPerSecond: 5000 })
  const slowReader = rig.client()
  await rig.done(slowReader.loadMetadataForTopics('orders'))
  const writing = await took(async () => {
    await rig.produce(value, { client: slowReader, timeoutMs: 30_000 })
    await rig.produce(value, { client: slowReader, timeoutMs: 30_000 })
  })
  assert.ok(writing >= 2000 && writing < 6000, String(writing))
  rig.kafka.broker(1).setPace({ writeBytesPerSecond: 5000 })
  const slowWriter = rig.client()
  await rig.done(slowWriter.loadMetadataForTopics('orders'))
  const reading = await took(() =>
    slowWriter.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0, maxBytes: 10_000 }]),
  )
  assert.ok(reading >= 2000 && reading < 6000, String(reading))
  await rig.close()
})

broker('that is paused writes nothing, also of an answer that had begun to leave', async () => {
  const rig = await BrokerRig.start()
  rig.kafka.partition('orders').append([{ value: 'x'.repeat(10_000) }])
  const client = rig.client()
  await rig.done(client.loadMetadataForTopics('orders'))
  rig.kafka.broker(1).setPace({ writeBytesPerSecond: 5000 })
  const started = rig.clock.now()
  const fetching = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0, maxBytes: 1000 }])
  fetching.subscribe()
  await rig.clock.advance(1000)
  await rig.kafka.broker(1).pause()
  await rig.clock.advance(4000)
  await rig.kafka.broker(1).resume()
  await rig.done(fetching)
  const took = rig.clock.now() - started
  assert.ok(took >= 6000 && took < 6500, String(took))
  await rig.close()
})

broker('takes another pace for connections that are open', async () => {
  const rig = await BrokerRig.start()
  const client = rig.client()
  await rig.done(rig.produce('early', { client }))
  rig.kafka.broker(1).setPace({ readBytesPerSecond: 1000 })
  const started = rig.clock.now()
  await rig.done(rig.produce('x'.repeat(3000), { client, timeoutMs: 30_000 }))
  const took = rig.clock.now() - started
  assert.ok(took >= 3000 && took < 3500, String(took))
  rig.kafka.broker(1).setPace()
  const again = rig.clock.now()
  await rig.done(rig.produce('x'.repeat(3000), { client }))
  assert.ok(rig.clock.now() - again < 100)
  await rig.close()
})

broker('refuses a pace that no wire can have', async () => {
  const rig = await BrokerRig.start()
  const set = (pace: object) => () => rig.kafka.broker(1).setPace(pace)
  for (const slow of [0.5, 3_000_000_000, undefined])
    rig.kafka.broker(1).setPace({ readBytesPerSecond: slow, writeBytesPerSecond: slow })
  for (const wrong of [0, -1, NaN, Infinity, '5']) {
    const refused = (error: unknown): boolean => error instanceof ArgumentError
    assert.throws(set({ readBytesPerSecond: wrong }), refused)
    assert.throws(set({ writeBytesPerSecond: wrong }), refused)
  }
  assert.throws(set({ bytesPerSecond: 5 }), 'setPace option bytesPerSecond: expected a known option')
  await rig.close()
})

broker('with frozen metadata names the old leader, while that one knows it leads no more', async () => {
  const rig = await BrokerRig.start(three)
  const first = rig.kafka.partition('orders', 0)
  const { leader } = first
  for (const { id } of rig.kafka.brokers) rig.kafka.broker(id).freezeMetadata()
  first.moveLeader()
  const client = rig.client()
  const seen = await rig.done(client.loadMetadataForTopics('orders'))
  assert.is(seen.topics.get('orders')!.partitions.get(0)!.leader, leader)
  const [answer] = await rig.done(rig.produce('a', { client, timeoutMs: 500 }))
  assert.match(answer!.error!.message, /NOT_LEADER_OR_FOLLOWER|no answer/)
  for (const { id } of rig.kafka.brokers) rig.kafka.broker(id).thawMetadata()
  await rig.done(rig.produce('b', { client }))
  assert.equal(rig.values('orders', 0), ['b'])
  await rig.close()
})

broker('whose connections are cut is dialled again', async () => {
  const rig = await BrokerRig.start()
  const client = rig.client()
  await rig.done(rig.produce('a', { client }))
  rig.kafka.broker(1).cutConnections()
  assert.is(rig.kafka.broker(1).connections, 0)
  await rig.done(rig.produce('b', { client }))
  assert.equal(rig.values(), ['a', 'b'])
  await rig.close()
})

broker('that does not exist is named in the error', async () => {
  const rig = await BrokerRig.start(three)
  assert.throws(() => rig.kafka.broker(4), /broker: expected one of the brokers \(1, 2, 3\), got 4/)
  await rig.close()
})

broker.run()

const partition = suite('a partition')

partition(
  'moves to the leader that is named, or to any other; to one that cannot lead it does not',
  async () => {
    const rig = await BrokerRig.start(three)
    const first = rig.kafka.partition('orders', 0)
    const [, second, third] = first.replicas
    first.moveLeader(third)
    assert.equal([first.leader, first.leaderEpoch], [third, 1])
    first.moveLeader()
    assert.is.not(first.leader, third)
    assert.throws(() => first.moveLeader(first.leader), /moveLeader/)
    assert.throws(() => first.moveLeader(9), /moveLeader/)
    await rig.done(rig.kafka.broker(second!).stop())
    assert.throws(() => first.moveLeader(second), /moveLeader/)
    await rig.close()
  },
)

partition('is truncated as by an unclean election: later records are gone, in a new epoch', async () => {
  const rig = await BrokerRig.start()
  const client = rig.client()
  for (const value of ['a', 'b', 'c']) await rig.done(rig.produce(value, { client }))
  rig.kafka.partition('orders').truncateTo(1)
  assert.equal(rig.values(), ['a'])
  await rig.done(rig.produce('d', { client }))
  const { batches, messages, leaderEpoch, logEndOffset } = rig.kafka.partition('orders')
  assert.equal(
    messages.map(({ offset, value }) => [offset, String(value)]),
    [
      [0n, 'a'],
      [1n, 'd'],
    ],
  )
  assert.equal(
    batches.map(batch => batch.leaderEpoch),
    [0, 1],
  )
  assert.equal([leaderEpoch, logEndOffset], [1, 2n])
  await rig.close()
})

partition('that no other broker can lead says what to do about it', async () => {
  const rig = await BrokerRig.start({
    brokers: 3,
    topics: { alone: { replicationFactor: 1 }, pair: { replicationFactor: 2 } },
  })
  const alone = rig.kafka.partition('alone')
  const expected = /moveLeader of alone-0 to: expected .* another replica .*replicationFactor 2 or more/
  assert.throws(() => alone.moveLeader(), expected)
  assert.throws(() => alone.moveLeader(2), expected)
  const pair = rig.kafka.partition('pair')
  const [leader, second] = pair.replicas
  const stranger = [1, 2, 3].find(id => !pair.replicas.includes(id))!
  assert.throws(
    () => pair.moveLeader(stranger),
    new RegExp(`one of its replicas \\(${second}\\), got ${stranger}`),
  )
  assert.throws(() => pair.moveLeader(leader), new RegExp(`another broker than its leader \\(${second}\\)`))
  await rig.done(rig.kafka.broker(second!).stop())
  assert.throws(
    () => pair.moveLeader(second),
    new RegExp(`lives: start broker ${second} first, got ${second}`),
  )
  assert.throws(() => pair.moveLeader(), new RegExp(`start one of the brokers ${second} first`))
  await rig.close()
})

partition('is truncated within its log only', async () => {
  const rig = await BrokerRig.start()
  for (const value of ['a', 'b']) await rig.done(rig.produce(value))
  const orders = rig.kafka.partition('orders')
  assert.throws(
    () => orders.truncateTo(3),
    /truncateTo offset: expected at most 2, the end of the log, got 3/,
  )
  assert.throws(() => orders.truncateTo(-1n), /truncateTo offset: expected an offset, from 0/)
  assert.throws(() => orders.truncateTo(0.5), /truncateTo offset/)
  assert.equal([orders.leaderEpoch, orders.logEndOffset], [0, 2n])
  orders.truncateTo(2)
  assert.equal([orders.leaderEpoch, rig.values()], [1, ['a', 'b']])
  await rig.close()
})

partition(
  'takes messages without a producer, in one batch, and whoever waits for them hears of it',
  async () => {
    const rig = await BrokerRig.start()
    const orders = rig.kafka.partition('orders')
    const client = rig.client()
    const waiting = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0, maxBytes: 1000 }], {
      maxWaitMs: 5000,
      minBytes: 1,
    })
    waiting.subscribe()
    await rig.clock.advance(1000)
    const began = rig.clock.now()
    assert.is(
      orders.append([{ key: 'ada', value: 'apples', headers: [['trace', '7']] }, { value: null }]),
      0n,
    )
    const [answer] = await rig.done(waiting)
    assert.equal([answer!.highWatermark, rig.clock.now() - began < 100], [2n, true])
    assert.is(orders.append([{ value: 'pears', timestamp: 5 }]), 2n)
    const seen = orders.messages.map(({ key, value, timestamp }) => [
      key && String(key),
      value && String(value),
      timestamp,
    ])
    assert.equal(seen, [
      ['ada', 'apples', BigInt(began)],
      [null, null, BigInt(began)],
      [null, 'pears', 5n],
    ])
    assert.equal([orders.batches.length, orders.batches[0]!.leaderEpoch], [2, 0])
    await rig.close()
  },
)

partition('refuses messages that its topic would not take, and says why', async () => {
  const rig = await BrokerRig.start({ topics: { small: { config: { 'max.message.bytes': 100 } } } })
  const small = rig.kafka.partition('small')
  const refused: readonly [unknown, RegExp][] = [
    [[{ value: 'x'.repeat(200) }], /append to small-0: .*MESSAGE_TOO_LARGE/],
    [[], /append to small-0: expected an array of messages/],
    ['text', /append to small-0: expected an array of messages/],
    [[{ value: 7 }], /messages\[0\]\.value/],
  ]
  for (const [messages, reason] of refused) assert.throws(() => small.append(messages as never), reason)
  assert.is(small.logEndOffset, 0n)
  await rig.close()
})

partition('does not move to a broker that is down, also while the cluster takes that for alive', async () => {
  const rig = await BrokerRig.start(three)
  const first = rig.kafka.partition('orders', 0)
  const [, second, third] = first.replicas
  await rig.kafka.broker(second!).kill()
  assert.throws(
    () => first.moveLeader(second),
    new RegExp(`moveLeader of orders-0 to: expected a broker that lives: start broker ${second} first`),
  )
  first.moveLeader()
  assert.is(first.leader, third)
  await rig.close()
})

partition('is asked for by its number, and not by a text of it', async () => {
  const { kafka } = await BrokerRig.start()
  for (const wrong of ['0', null, 0.5, NaN] as never[]) {
    const expected = /partition of orders: expected a number from 0 to 0, got /
    assert.throws(() => kafka.partition('orders', wrong), expected)
    assert.throws(() => kafka.messages('orders', wrong), expected)
    assert.throws(() => kafka.committed('billing', 'orders', wrong), expected)
  }
  await kafka.close()
})

partition('that does not exist is named in the error', async () => {
  const rig = await BrokerRig.start()
  assert.throws(() => rig.kafka.partition('nothing'), /topic: expected a topic that is there \(orders/)
  assert.throws(
    () => rig.kafka.partition('orders', 3),
    /partition of orders: expected a number from 0 to 0, got 3/,
  )
  await rig.close()
})

partition('that nobody leads takes no messages, and says what to do about it', async () => {
  const rig = await BrokerRig.start({ brokers: 2, topics: { lone: { replicationFactor: 1 } } })
  const lone = rig.kafka.partition('lone')
  const { leader } = lone
  await rig.done(rig.kafka.broker(leader).stop())
  const expected = new RegExp(
    `append to lone-0: expected a partition with a leader: start broker ${leader} first`,
  )
  assert.throws(() => lone.append([{ value: 'a' }]), expected)
  assert.is(lone.logEndOffset, 0n)
  await rig.done(rig.kafka.broker(leader).start())
  assert.is(lone.append([{ value: 'a' }]), 0n)
  await rig.close()
})

partition.run()

const cluster = suite('a cluster')

cluster('tells of a new topic a moment later, and of a deleted one too', async () => {
  const rig = await BrokerRig.start({ metadataLagMs: 50 })
  const client = rig.client({ allowAutoTopicCreation: false })
  const creating = rig.kafka.createTopic('late', { partitions: 2 })
  assert.is(rig.kafka.topics.get('late'), 2)
  const tooEarly = await rig.done(client.loadMetadataForTopics('late'))
  assert.not.ok(tooEarly.topics.has('late'))
  await rig.done(creating)
  const seen = await rig.done(client.loadMetadataForTopics('late'))
  assert.is(seen.topics.get('late')!.partitions.size, 2)
  await rig.done(rig.kafka.deleteTopic('late'))
  assert.not.ok(rig.kafka.topics.has('late'))
  await rig.close()
})

cluster('shows the last requests, of one API or of all', async () => {
  const rig = await BrokerRig.start({ recordedRequests: 3 })
  await rig.done(rig.produce('a'))
  const names = rig.kafka.requests.of().map(({ api }) => api.name)
  assert.is(names.length, 3)
  assert.is(names.at(-1), 'Produce')
  const [seen] = rig.kafka.requests.of(Apis.Produce)
  assert.equal([seen!.broker, seen!.body.acks, seen!.at], [1, -1, rig.clock.now()])
  rig.kafka.requests.clear()
  assert.equal(rig.kafka.requests.of(), [])
  await rig.close()
})

cluster(
  'keeps all logs together within retentionBytes, at the cost of the oldest records, and says so',
  async () => {
    const rig = await BrokerRig.start({ topics: { orders: {}, small: {} }, retentionBytes: 100_000 })
    const client = rig.client()
    await rig.done(rig.produce('first', { client, topic: 'small' }))
    for (let i = 0; i < 60; i++) await rig.done(rig.produce('x'.repeat(5000), { client }))
    const large = rig.kafka.partition('orders')
    const held = large.sizeInBytes + rig.kafka.partition('small').sizeInBytes
    assert.ok(held <= 100_000 && held > 80_000, String(held))
    assert.equal(rig.values('small'), ['first'])
    assert.is(large.logEndOffset, 60n)
    const dropped = rig.events.flatMap(event => (event.type === 'records-dropped' ? [event] : []))
    assert.equal(dropped.at(-1), {
      type: 'records-dropped',
      topic: 'orders',
      partition: 0,
      logStartOffset: large.logStartOffset,
    })
    await rig.close()
  },
)

cluster('that is closed does nothing more, and starts no broker again', async () => {
  const rig = await BrokerRig.start(three)
  await rig.kafka.broker(2).kill()
  await rig.kafka.close()
  const told = rig.events.length
  await rig.clock.advance(60_000)
  assert.is(rig.events.length, told)
  assert.is(rig.clock.pending, 0)
  const error = await rig.failure(rig.kafka.broker(2).start())
  assert.is(error.name, 'ClosedError')
})

cluster('of wrong options is refused by name', async () => {
  const refused = async (options: object, reason: RegExp): Promise<void> => {
    const error = await EmbeddedKafka.start(options).then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    assert.match(error?.message ?? 'it started', reason)
  }
  await refused({ brokers: 0 }, /EmbeddedKafka option brokers/)
  await refused({ broker: 3 }, /EmbeddedKafka option broker\b/)
  await refused({ versions: '3.9' }, /EmbeddedKafka option versions/)
  await refused({ port: 70_000 }, /EmbeddedKafka option port/)
  await refused({ port: 65_535, brokers: 2 }, /EmbeddedKafka option port/)
  await refused({ topics: { 'a b': {} } }, /topic name/)
  await refused({ topics: { orders: { partitions: 0 } } }, /topic orders option partitions/)
  await refused({ topics: { orders: { replicationFactor: 2 } } }, /replicationFactor of orders/)
  await refused({ topics: { orders: { config: { 'max.message.bytes': 'much' } } } }, /max\.message\.bytes/)
  await refused({ config: { 'num.partitions': 'many' } }, /num\.partitions/)
})

cluster('without a broker that could coordinate says so', async () => {
  const one = await BrokerRig.start()
  assert.throws(() => one.kafka.moveCoordinator('billing'), /start 2 brokers or more/)
  await one.close()
  const rig = await BrokerRig.start(three)
  for (const { id } of rig.kafka.brokers) await rig.done(rig.kafka.broker(id).kill())
  await rig.clock.advance(1000)
  assert.throws(() => rig.kafka.moveCoordinator('billing'), /start one of the brokers \d, \d, \d first/)
  assert.throws(() => rig.kafka.moveCoordinator('billing', 2), /start one of the brokers \d, \d, \d first/)
  await rig.close()
})

cluster(
  'with fewer brokers than coordinators need replicas names the config that says how many',
  async () => {
    const config = { 'offsets.topic.replication.factor': 3, 'transaction.state.log.replication.factor': 2 }
    const rig = await BrokerRig.start({ config })
    assert.throws(
      () => rig.kafka.moveCoordinator('billing'),
      /offsets\.topic\.replication\.factor: expected at most 1, the number of brokers.*"billing", got 3/,
    )
    assert.throws(
      () => rig.kafka.moveTransactionCoordinator('t'),
      /transaction\.state\.log\.replication\.factor: expected at most 1.*, got 2/,
    )
    await rig.close()
  },
)

cluster('moves the coordinator of what has a name, and blames no other method', async () => {
  const rig = await BrokerRig.start(three)
  const { kafka } = rig
  for (const wrong of [undefined, '', 3] as never[]) {
    assert.throws(
      () => kafka.moveCoordinator(wrong),
      /moveCoordinator group: expected the id of a group, got /,
    )
    assert.throws(
      () => kafka.moveTransactionCoordinator(wrong),
      /moveTransactionCoordinator transactionalId: expected a transactional id, got /,
    )
  }
  assert.throws(() => kafka.moveCoordinator('billing', 9), /^moveCoordinator of billing to: expected one of /)
  assert.throws(
    () => kafka.moveTransactionCoordinator('tx', 9),
    /^moveTransactionCoordinator of tx to: expected one of /,
  )
  await rig.close()
})

cluster('that cannot have its port says so, and leaves nothing open', async () => {
  const first = await EmbeddedKafka.start()
  const { port } = first.brokers[0]!
  const error = await EmbeddedKafka.start({ brokers: 2, port: port - 1 }).then(
    () => undefined,
    (thrown: NodeJS.ErrnoException) => thrown,
  )
  assert.is(error?.code, 'EADDRINUSE')
  await first.close()
})

cluster('makes topics also while a broker is down, which gets its replicas', async () => {
  const rig = await BrokerRig.start(three)
  await rig.done(rig.kafka.broker(2).stop())
  await rig.done(rig.kafka.createTopic('late'))
  const late = rig.kafka.partition('late')
  assert.equal(
    [[...late.replicas].sort(), [...late.isr].sort()],
    [
      [1, 2, 3],
      [1, 3],
    ],
  )
  const tooMany = await rig.failure(rig.kafka.createTopic('many', { replicationFactor: 4 }))
  assert.match(tooMany.message, /replicationFactor of many: expected from 1 to the 3 brokers, got 4/)
  await rig.close()
})

cluster.run()
