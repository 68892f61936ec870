import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorruptRecordError, DecompressionError, type ConsumerOptions } from '../../src'
import { codecs } from '../../src/compression'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

/** Where a batch has these. */
const bytes = { attributes: 22, 'last offset': 26, records: 64 }

/** Three batches of ten, of which the second is damaged at a byte. */
async function damaged(byte: number, options: ConsumerOptions = {}) {
  const served = await ServedLog.start()
  for (let i = 0; i < 3; i++) served.append(numbered(10, 10 * i))
  served.logs[0]![1]!.bytes[byte]! ^= 1
  return { served, reading: new Reading(served, options) }
}

for (const [what, byte] of Object.entries(bytes)) {
  test(`a batch with damaged ${what} ends the stream by name, after the good ones before it`, async () => {
    const { served, reading } = await damaged(byte)
    await served.clock.until(() => reading.error !== undefined)
    assert.equal(reading.values, numbered(10))
    assert.instance(reading.error, CorruptRecordError)
    const { topic, partition, offset, message } = reading.error as CorruptRecordError
    assert.equal([topic, partition, offset], ['orders', 0, 10n])
    assert.match(message, 'orders/0 offset 10: ')
  })

  test(`a batch with damaged ${what} is passed over with onCorrupt "skip", as an event tells`, async () => {
    const { served, reading } = await damaged(byte, { onCorrupt: 'skip' })
    await served.clock.until(() => reading.count === 20)
    assert.equal(reading.values, [...numbered(10), ...numbered(10, 20)])
    const [skipped, ...more] = reading.of('corrupt-skipped')
    assert.is(more.length, 0)
    assert.equal(skipped!.at, { topic: 'orders', partition: 0 })
    assert.equal([skipped!.error.offset, skipped!.nextOffset], [10n, 20n])
    assert.is(reading.error, undefined)
  })
}

test('a damaged batch that says that it ends far away, or before it begins, is an error even so', async () => {
  for (const [byte, policy] of [
    [23, 'none'],
    [24, 'latest'],
  ] as const) {
    const served = await ServedLog.start()
    served.append(numbered(10))
    served.append(numbered(10, 10))
    served.logs[0]![1]!.bytes[byte]! ^= byte === 23 ? 0x80 : 1
    const reading = new Reading(served, { onCorrupt: 'skip', autoOffsetReset: policy })
    await served.clock.until(() => reading.error !== undefined)
    assert.instance(reading.error, CorruptRecordError)
    assert.is((reading.error as CorruptRecordError).offset, 10n)
    assert.equal(reading.values, numbered(10))
    assert.equal(reading.of('offset-reset'), [])
  }
})

test('the last batch of the log can be passed over as well', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  served.logs[0]![0]!.bytes[bytes.records]! ^= 1
  const reading = new Reading(served, { onCorrupt: 'skip', groupId: 'billing' })
  await served.clock.until(() => reading.of('corrupt-skipped').length === 1)
  served.append(numbered(10, 10))
  await served.clock.until(() => reading.count === 10)
  assert.equal(reading.values, numbered(10, 10))
  assert.is(reading.of('corrupt-skipped').length, 1)
})

test('a damaged batch behind which nothing comes is done', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  served.logs[0]![0]!.bytes[bytes.records]! ^= 1
  const reading = new Reading(served, { onCorrupt: 'skip', groupId: 'billing' })
  await served.clock.until(() => reading.of('corrupt-skipped').length === 1)
  await served.clock.outcomeOf(reading.consumer.close())
  assert.is(served.committed.get(0), 10n)
})

test('what was fetched behind a damaged batch is delivered once', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 4; i++) served.append(numbered(10, 10 * i))
  served.logs[0]![1]!.bytes[bytes.records]! ^= 1
  const maxPartitionFetchBytes = served.logs[0]![0]!.bytes.length
  const reading = new Reading(served, {
    onCorrupt: 'skip',
    ack: 'manual',
    maxPartitionFetchBytes,
    each: () => undefined,
  })
  await served.clock.advance(2000)
  for (let i = 0; i < 3; i++) {
    await served.clock.until(() => reading.batches.length > i)
    reading.batches[i]!.ack()
  }
  await served.clock.advance(2000)
  assert.equal(reading.values, [...numbered(10), ...numbered(20, 20)])
})

test('a damaged batch that is passed over is committed only with all that came before it', async () => {
  const options = {
    groupId: 'billing',
    maxInFlightBatches: 3,
    onCorrupt: 'skip',
    maxBatchMessages: 5,
  } as const
  const served = await ServedLog.start()
  served.append(numbered(5))
  served.append(numbered(5, 5))
  served.append(numbered(5, 10))
  served.logs[0]![1]!.bytes[bytes.records]! ^= 1
  const reading = new Reading(served, { ...options, each: () => undefined })
  await served.clock.until(() => reading.count === 10)
  reading.batches[1]!.ack()
  const first = reading.batches[1]!.commit().start()
  await served.clock.advance(1000)
  assert.is(served.committed.get(0), undefined)
  reading.batches[0]!.ack()
  await served.clock.outcomeOf(first)
  assert.is(served.committed.get(0), 15n)
})

test('read_committed: behind a damaged marker nothing of another transaction is left out', async () => {
  const served = await ServedLog.start()
  served.append(['aborted'], { producerId: 1n })
  served.append([], { producerId: 1n, control: 'abort' })
  served.append(['kept'], { producerId: 1n })
  served.append([], { producerId: 1n, control: 'commit' })
  served.logs[0]![1]!.bytes[bytes.records]! ^= 1
  served.abortedUpTo = 1n
  served.aborted = [{ producerId: 1n, firstOffset: 0n }]
  const reading = new Reading(served, { isolationLevel: 'read_committed', onCorrupt: 'skip' })
  await served.clock.until(() => reading.count === 1)
  assert.equal(reading.values, ['kept'])
  assert.equal(
    reading.of('corrupt-skipped').map(({ error }) => error.offset),
    [1n],
  )
})

for (const type of ['gzip', 'zstd'] as const)
  test(`a batch of ${type} over maxDecompressedBytes is whole, and not passed over; the error names the option`, async () => {
    const served = await ServedLog.start()
    served.append(['x'.repeat(10_000)], { codec: codecs(type) })
    const client = served.client({ maxDecompressedBytes: 1000 })
    const reading = new Reading(served, { client, onCorrupt: 'skip' })
    await served.clock.until(() => reading.error !== undefined)
    assert.instance(reading.error, CorruptRecordError)
    assert.match(String(reading.error), /maxDecompressedBytes \(1000\)/)
    const { cause } = reading.error as CorruptRecordError
    assert.instance(cause, DecompressionError)
    assert.is((cause as DecompressionError).limit, 1000)
  })

test('a damaged batch that waits behind one that is not acked is not fetched again and again', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  served.append(numbered(10))
  served.append(numbered(1000).map(value => value + 'x'.repeat(500)))
  // Its magic: how much of it there is cannot be known then.
  served.logs[0]![1]!.bytes[16] = 9
  const reading = new Reading(served, {
    ack: 'manual',
    ackTimeoutMs: 10_000_000,
    each: batch => batch.partition === 1 && batch.ack(),
  })
  await served.clock.until(() => reading.count === 10)
  const asked = () =>
    served.fetches.filter(({ body }) => body.topics[0]!.partitions.some(({ partition }) => partition === 0))
  await served.clock.advance(1000)
  const before = asked().length
  await served.clock.advance(10_000)
  assert.is(asked().length, before)
  served.append(numbered(10), { partition: 1 })
  await served.clock.until(() => reading.batches.some(({ partition }) => partition === 1), 1000)
  assert.is(reading.error, undefined)
})

test.run()
