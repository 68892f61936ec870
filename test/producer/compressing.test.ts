import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { coreOf, setCore } from '../../src/client/core'
import { codecs } from '../../src/compression'
import {
  ArgumentError,
  BufferFullError,
  ClosedError,
  CompressionError,
  DeliveryError,
  TimeoutError,
  type Codec,
} from '../../src/kernel'
import { KafkaClient } from '../../src/client'
import { Producer, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

const gzip = codecs('gzip')
/** One message of so many bytes fills a batch that is worth another thread. */
const large = 90_000
const options = { compression: 'gzip', bufferBytes: large } as const

/** A batch on the other thread, which ends when the test says so. */
interface Job {
  readonly data: Uint8Array
  finish(): void
  fail(error: unknown): void
}

/** gzip on a thread that a test leads. */
class LedCodec implements Codec {
  readonly type = 'gzip'
  readonly decompress = gzip.decompress
  readonly jobs: Job[] = []
  /** How many were compressed on this thread. */
  atOnce = 0

  compress(data: Uint8Array): Buffer {
    this.atOnce++
    return gzip.compress(data)
  }

  readonly compressAsync = (data: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      this.jobs.push({ data, finish: () => resolve(gzip.compress(data)), fail: reject })
    })
}

function clientWith(cluster: ProduceCluster, codec: Codec): KafkaClient {
  const client = cluster.client()
  setCore(
    client,
    Object.create(coreOf(client), { codecs: { value: () => codec } }) as ReturnType<typeof coreOf>,
  )
  return client
}

async function setUp(more: ProducerOptions = {}, codec = new LedCodec()) {
  const cluster = await ProduceCluster.start()
  const [partition, other] = cluster.topic('orders', 2)
  const producer = new Producer(clientWith(cluster, codec), { ...options, ...more })
  const send = (letter: string, bytes = large, to = 0) =>
    producer.send({ topic: 'orders', partition: to, value: letter.repeat(bytes) })
  await cluster.settled(Promise.all([send('0', 1), send('0', 1, 1)]))
  const letters = (log = partition!.log) => log.values.map(value => value![0]).join('')
  const turn = () => cluster.clock.advance(1)
  return {
    cluster,
    log: partition!.log,
    other: other!.log,
    producer,
    codec,
    jobs: codec.jobs,
    send,
    letters,
    turn,
  }
}

const failureOf = (promise: PromiseLike<unknown>): PromiseLike<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('batches leave in the order of sealing, whichever is compressed first', async () => {
  const { cluster, jobs, send, letters, turn } = await setUp()
  const sent = ['a', 'b', 'c'].map(letter => send(letter))
  const last = send('d', 10)
  await turn()
  jobs[1]!.finish()
  await turn()
  jobs[2]!.finish()
  await turn()
  assert.is(letters(), '0')
  jobs[0]!.finish()
  await cluster.settled(Promise.all([...sent, last]), 100)
  assert.is(letters(), '0abcd')
})

test('whoever calls flush or ready does not wait for a codec, and what fails before it leaves needs none', async () => {
  const { cluster, codec, producer, send } = await setUp({ bufferTime: 0, maxBufferedBytes: 30_000 })
  const before = codec.atOnce
  const sent = [send('a', 9000), send('b', 9000, 1)]
  const heard = sent.map(failureOf)
  void producer.ready().start()
  void producer.flush()
  assert.is(codec.atOnce, before)
  await cluster.settled(producer.stop())
  await cluster.settled(Promise.all(heard))
  assert.is(codec.atOnce, before)
})

test('two batches are compressed at a time, the next one when one of them is ready', async () => {
  const { cluster, jobs, send, letters, turn } = await setUp()
  const sent = ['a', 'b', 'c', 'd'].map(letter => send(letter))
  await turn()
  assert.is(jobs.length, 2)
  jobs[0]!.finish()
  await turn()
  assert.is(jobs.length, 3)
  assert.is(letters(), '0a')
  for (const at of [1, 2, 3]) {
    jobs[at]!.finish()
    await turn()
  }
  await cluster.settled(Promise.all(sent), 100)
})

test('while a batch is compressed its partition takes calls into the next one, and others go on', async () => {
  const { cluster, jobs, other, log, send, letters, turn } = await setUp()
  const first = send('a')
  await turn()
  const behind = []
  for (const letter of ['b', 'c', 'd']) {
    behind.push(send(letter, 10))
    await turn()
  }
  await cluster.settled(send('x', 10, 1), 10)
  assert.is(letters(other), '0x')
  jobs[0]!.finish()
  await cluster.settled(Promise.all([first, ...behind]), 100)
  assert.equal(
    log.batches.map(({ values }) => values.length),
    [1, 1, 3],
  )
})

test('small batches are compressed at once', async () => {
  const { cluster, codec, send } = await setUp()
  await cluster.settled(send('a', 60_000), 10)
  assert.is(codec.jobs.length, 0)
  assert.is(codec.atOnce, 3)
})

test('flush waits for what is compressed, which cannot be taken back any more', async () => {
  const { cluster, jobs, producer, send, letters, turn } = await setUp({ bufferTime: 60_000 })
  const sent = send('a')
  const flushed = producer.flush()
  await turn()
  assert.is(sent.cancel(), false)
  assert.is(letters(), '0')
  jobs[0]!.finish()
  await cluster.settled(flushed, 100)
  assert.is(letters(), '0a')
  await cluster.settled(sent, 0)
})

test('what is out of time while it is compressed fails, and its buffer is not written until the thread has ended', async () => {
  const { cluster, jobs, send, letters, turn } = await setUp({ deliveryTimeoutMs: 1000 })
  const late = failureOf(send('a'))
  await turn()
  const given = Buffer.from(jobs[0]!.data)
  const error = (await cluster.settled(late)) as DeliveryError
  assert.instance(error.cause, TimeoutError)
  assert.is(error.maybeWritten, false)
  const next = send('b')
  await turn()
  assert.ok(given.equals(jobs[0]!.data))
  jobs[1]!.finish()
  await cluster.settled(next, 100)
  jobs[0]!.finish()
  const afterwards = send('c')
  await turn()
  jobs[2]!.finish()
  await cluster.settled(afterwards, 100)
  assert.is(letters(), '0bc')
})

test('what is given up before its turn is not compressed', async () => {
  const { cluster, jobs, send, turn } = await setUp({ deliveryTimeoutMs: 1000 })
  const late = ['a', 'b', 'c'].map(letter => failureOf(send(letter)))
  await cluster.settled(Promise.all(late))
  const next = send('d')
  jobs[0]!.finish()
  await turn()
  assert.is(jobs.length, 3)
  assert.is(Buffer.from(jobs[2]!.data).includes('d'.repeat(100)), true)
  jobs[2]!.finish()
  await cluster.settled(next, 100)
})

test('an open batch that is given up is not compressed', async () => {
  const { cluster, jobs, send } = await setUp({ bufferBytes: 400_000, deliveryTimeoutMs: 1000 })
  cluster.network.refuse('broker1:9092')
  cluster.cut(1)
  assert.instance(await cluster.failure(send('a')), DeliveryError)
  assert.is(jobs.length, 0)
})

test('both the records and what becomes of them count in maxBufferedBytes until the thread has ended', async () => {
  const { cluster, jobs, producer, send, turn } = await setUp({
    maxBufferedBytes: 300_000,
    deliveryTimeoutMs: 1000,
  })
  const late = failureOf(send('a'))
  await turn()
  assert.instance(await cluster.failure(send('b'), 0), BufferFullError)
  await cluster.settled(late)
  // The call has failed, but the thread still reads and writes.
  assert.instance(await cluster.failure(send('b'), 0), BufferFullError)
  const room = producer.ready()
  await turn()
  jobs[0]!.finish()
  await cluster.settled(room, 0)
  const sent = send('b')
  await turn()
  jobs[1]!.finish()
  await cluster.settled(sent, 100)
})

test('close waits for what is compressed', async () => {
  const { cluster, jobs, producer, send, letters, turn } = await setUp()
  const sent = ['a', 'b'].map(letter => send(letter))
  const closed = producer.close()
  await turn()
  for (const job of jobs.toReversed()) job.finish()
  await cluster.settled(Promise.all([...sent, closed]), 100)
  assert.is(letters(), '0ab')
})

for (const how of ['stop', 'close'] as const)
  test(`${how} fails what is still compressed when time is up, and what the thread answers then is let go`, async () => {
    const { cluster, jobs, producer, send, letters, turn } = await setUp()
    const failed = ['a', 'b', 'c'].map(letter => failureOf(send(letter)))
    await turn()
    await cluster.settled(how === 'stop' ? producer.stop() : producer.close({ timeoutMs: 50 }), 100)
    for (const error of await Promise.all(failed)) {
      assert.instance(error, DeliveryError)
      assert.is((error as DeliveryError).maybeWritten, false)
      assert.instance((error as DeliveryError).cause, how === 'stop' ? ClosedError : TimeoutError)
    }
    jobs[0]!.finish()
    jobs[1]!.fail(new Error('late'))
    await turn()
    assert.is(jobs.length, 2)
    assert.is(letters(), '0')
  })

test('a batch that the thread cannot compress fails alone, with what went wrong', async () => {
  const { cluster, jobs, send, letters, turn } = await setUp()
  const failed = failureOf(send('a'))
  const sent = send('b')
  await turn()
  jobs[1]!.finish()
  jobs[0]!.fail(new Error('out of memory'))
  const error = (await cluster.settled(failed, 100)) as DeliveryError
  assert.instance(error, DeliveryError)
  assert.is(error.maybeWritten, false)
  assert.instance(error.cause, CompressionError)
  assert.is((error.cause as CompressionError).codec, 'gzip')
  assert.match(
    error.message,
    /orders\/0.*gzip: a batch of 90\d\d\d bytes could not be compressed: out of memory/,
  )
  await cluster.settled(sent, 100)
  assert.is(letters(), '0b')
})

test('a batch that cannot be compressed at once fails alone too', async () => {
  const { cluster, codec, send, letters, producer } = await setUp({ bufferBytes: 1000 })
  let calls = 0
  codec.compress = data => {
    if (calls++ === 0) throw new Error('out of memory')
    return gzip.compress(data)
  }
  const [failed, ...sent] = ['a', 'b', 'c'].map(letter => send(letter, 800))
  const error = (await cluster.failure(failed!)) as DeliveryError
  assert.instance(error.cause, CompressionError)
  await cluster.settled(Promise.all(sent), 100)
  assert.is(letters(), '0bc')
  calls = 0
  assert.instance(((await cluster.failure(send('d', 10), 10)) as DeliveryError).cause, CompressionError)
  await cluster.settled(send('e', 10), 100)
  await cluster.settled(producer.close(), 100)
  assert.is(letters(), '0bce')
})

test('the halves of a batch that the broker finds too large are compressed and leave in order', async () => {
  const { cluster, log, jobs, send, letters, turn } = await setUp({ bufferBytes: 400_000 })
  const sent = ['a', 'b', 'c', 'd'].map(letter => send(letter))
  await turn()
  log.maxBatchBytes = gzip.compress(jobs[0]!.data).length
  jobs[0]!.finish()
  await turn()
  await turn()
  log.maxBatchBytes = Infinity
  const behind = send('e', 10)
  assert.is(jobs.length, 3)
  jobs[2]!.finish()
  await turn()
  assert.is(letters(), '0')
  jobs[1]!.finish()
  await cluster.settled(Promise.all([...sent, behind]), 1000)
  assert.is(letters(), '0abcde')
})

test('messages that were taken back before are not in what is compressed', async () => {
  const { cluster, jobs, producer, send, letters, turn } = await setUp({
    bufferBytes: 400_000,
    bufferTime: 100,
  })
  const [gone, kept] = ['a', 'b'].map(letter => send(letter))
  assert.ok(gone!.cancel())
  const flushed = producer.flush()
  await turn()
  jobs[0]!.finish()
  await cluster.settled(Promise.all([kept!, flushed]), 100)
  assert.is(letters(), '0b')
})

test('other threads compress where time is the real one, and nowhere else', async () => {
  const cluster = await ProduceCluster.start()
  assert.is(coreOf(cluster.client()).codecs('gzip').compressAsync, undefined)
  const client = new KafkaClient('localhost:1')
  assert.type(coreOf(client).codecs('gzip').compressAsync, 'function')
  assert.is(coreOf(client).codecs('snappy').compressAsync, undefined)
  await client.close()
})

test('a compressionLevel that the codec does not have is refused at once', async () => {
  const cluster = await ProduceCluster.start()
  for (const [compression, compressionLevel] of [
    ['gzip', 10],
    ['zstd', 23],
    ['snappy', 1],
    ['none', 1],
  ] as const)
    assert.throws(
      () => new Producer(cluster.client(), { compression, compressionLevel }),
      (error: unknown) =>
        error instanceof ArgumentError && error.argument === 'producer option compressionLevel',
      compression,
    )
})

test.run()
