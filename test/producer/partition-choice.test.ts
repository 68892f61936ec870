import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/kernel'
import { consistentHash, hashed, murmur2, random, roundRobin, sticky } from '../../src/partitioners'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}, partitions = 4) {
  const cluster = await ProduceCluster.start()
  const topic = cluster.topic('orders', partitions)
  const producer = new Producer(cluster.client(), options)
  return { cluster, topic, producer }
}

test('a key goes to the partition of its hash, and calls without a key by the rule that is given', async () => {
  const { cluster, producer } = await setUp({ partitioner: hashed(roundRobin()) })
  const keys = ['a', 'b', 'user-1', 'ключ', '']
  const sent = keys.map(key => producer.sendMessages('orders', key, ['x']))
  const receipts = await cluster.settled(Promise.all(sent))
  assert.equal(
    receipts.map(({ partition }) => partition),
    keys.map(key => (murmur2(Buffer.from(key)) & 0x7fffffff) % 4),
  )
  const without = await cluster.settled(
    Promise.all([1, 2, 3, 4, 5].map(() => producer.send({ topic: 'orders', value: 'x' }))),
  )
  assert.equal(
    without.map(({ partition }) => partition),
    [0, 1, 2, 3, 0],
  )
})

test('the text of a key and its bytes go to the same partition', async () => {
  const { cluster, producer } = await setUp({}, 50)
  const text = producer.send({ topic: 'orders', key: 'schlüssel', value: 'x' })
  const bytes = producer.send({ topic: 'orders', key: Buffer.from('schlüssel'), value: 'x' })
  const [a, b] = await cluster.settled(Promise.all([text, bytes]))
  assert.is(a.partition, b.partition)
})

test('round robin gives each call to the next partition, each topic in its own turn', async () => {
  const { cluster, producer } = await setUp({ partitioner: roundRobin() })
  cluster.topic('bills', 2)
  const topics = ['orders', 'bills', 'orders', 'bills', 'bills', 'orders']
  const receipts = await cluster.settled(
    Promise.all(topics.map(topic => producer.send({ topic, key: 'same', value: 'x' }))),
  )
  assert.equal(
    receipts.map(({ partition }) => partition),
    [0, 0, 1, 1, 0, 2],
  )
})

test('a partition that the caller names is taken, and the partitioner not asked', async () => {
  const { cluster, producer } = await setUp({
    partitioner: () => {
      throw new Error('must not be asked')
    },
  })
  const { partition } = await cluster.settled(
    producer.send({ topic: 'orders', partition: 3, key: 'a', value: 'x' }),
  )
  assert.is(partition, 3)
})

test('a function chooses by encoded key and partitions', async () => {
  const seen: unknown[] = []
  const { cluster, producer } = await setUp({
    partitioner: (key, partitions) => {
      seen.push([key && String(key), partitions])
      return 2
    },
  })
  const sent = [
    producer.sendMessages('orders', 'k', ['x', 'y']),
    producer.sendMessages('orders', null, ['z']),
  ]
  const receipts = await cluster.settled(Promise.all(sent))
  assert.equal(
    receipts.map(({ partition }) => partition),
    [2, 2],
  )
  assert.equal(seen, [
    ['k', [0, 1, 2, 3]],
    [null, [0, 1, 2, 3]],
  ])
})

test('a partitioner that throws fails that call alone', async () => {
  const { cluster, producer, topic } = await setUp({
    partitioner: key => {
      if (String(key) === 'bad') throw new Error('no idea')
      return 0
    },
  })
  const good = producer.sendMessages('orders', 'good', ['a'])
  const bad = cluster.failure(producer.sendMessages('orders', 'bad', ['b']))
  const after = producer.sendMessages('orders', 'good', ['c'])
  const error = (await bad) as ArgumentError
  assert.match(String(error), /^ArgumentError: producer option partitioner: .*no idea/)
  assert.is((error.cause as Error).message, 'no idea')
  await cluster.settled(Promise.all([good, after]))
  assert.equal(topic[0]!.log.values, ['a', 'c'])
})

test('a partition that the topic lacks fails that call, saying which there are', async () => {
  const { cluster, producer } = await setUp({ partitioner: () => 17 })
  const chosen = await cluster.failure(producer.send({ topic: 'orders', value: 'x' }))
  assert.instance(chosen, ArgumentError)
  assert.match(
    String(chosen),
    'producer option partitioner, its answer for topic orders: expected one of its partitions, 0 to 3, got 17',
  )
})

test('a maker of partitioners that was not called is refused', async () => {
  for (const [made, name] of [
    [hashed, 'hashed'],
    [consistentHash, 'consistentHash'],
    [roundRobin, 'roundRobin'],
    [sticky, 'sticky'],
    [random, 'random'],
  ] as const)
    await setUp({ partitioner: made as never }).then(
      () => assert.unreachable(name),
      (error: unknown) => {
        assert.instance(error, ArgumentError)
        assert.match((error as Error).message, `producer option partitioner: `)
        assert.match((error as Error).message, `(did you mean ${name}()?)`)
      },
    )
})

test('what looks like a partition and is none is refused too', async () => {
  const answers: unknown[] = [0, '0', 'length', NaN, undefined]
  const { cluster, producer } = await setUp({ partitioner: () => answers.shift() as number })
  await cluster.settled(producer.send({ topic: 'orders', value: 'x' }))
  for (const got of ['"0"', '"length"', 'NaN', 'undefined']) {
    const error = await cluster.failure(producer.send({ topic: 'orders', value: 'x' }))
    assert.instance(error, ArgumentError)
    assert.match(String(error), `0 to 3, got ${got}`)
  }
})

test('a partition that cannot be one is refused at once', async () => {
  const { cluster, producer } = await setUp()
  for (const partition of [-1, 1.5, NaN, '1']) {
    const error = await cluster.failure(
      // @ts-expect-error -- what a caller in JavaScript may give
      producer.send({ topic: 'never-created', partition, value: 'x' }),
      0,
    )
    assert.instance(error, ArgumentError)
    assert.match(String(error), 'partition')
  }
})

test.run()
