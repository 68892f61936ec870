import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AckTimeoutError, OFFSET_LATEST } from '../../src'
import { codecs } from '../../src/compression'
import { Apis } from '../../src/protocol'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

const kilobyte = 'x'.repeat(1024)

test('messages come in their order, in batches cut at maxBatchMessages', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 10; i++) served.append(numbered(50, 50 * i))
  const reading = new Reading(served, { maxBatchMessages: 64 })
  await served.clock.until(() => reading.count === 500)
  assert.equal(reading.values, numbered(500))
  assert.ok(reading.batches.every(({ count }) => count <= 64))
  for (const [i, batch] of reading.batches.entries())
    assert.is(batch.firstOffset, i === 0 ? 0n : reading.batches[i - 1]!.nextOffset)
})

test('partitions for which there was no room are asked for in their turn, though the others have nothing', async () => {
  const served = await ServedLog.start({ partitions: 8, brokers: 8 })
  const reading = new Reading(served, { maxFetchBufferBytes: 128 * 1024 })
  await served.clock.advance(5000)
  served.append(['last'], { partition: 7 })
  await served.clock.advance(1000)
  assert.equal(reading.values, ['last'])
})

test('many partitions of one broker are all in one long poll, however little may be held', async () => {
  const served = await ServedLog.start({ partitions: 40 })
  const reading = new Reading(served, { maxFetchBufferBytes: 128 * 1024 })
  await served.clock.advance(2000)
  assert.ok(served.fetches.length < 8, `${served.fetches.length} fetches in 2 s`)
  served.append(['last'], { partition: 39 })
  await served.clock.until(() => reading.count === 1)
})

test('reading begins at the wanted offset, though its batch begins before', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served, { from: 7 })
  await served.clock.until(() => reading.count > 0)
  assert.equal(reading.values, numbered(3, 7))
})

test('"latest" is what is written after the start, and stays that point while nothing comes', async () => {
  const served = await ServedLog.start()
  served.append(numbered(3))
  const reading = new Reading(served, { from: OFFSET_LATEST })
  await served.clock.advance(10_000)
  served.append(['late'])
  await served.clock.until(() => reading.count > 0)
  assert.equal(reading.values, ['late'])
  assert.is(served.peers[0]!.of(Apis.ListOffsets).length, 1)
})

test('positions come from the log: markers and gaps of compaction do not hold reading up', async () => {
  const served = await ServedLog.start()
  served.append(['a'], { gap: 5 })
  served.append([], { control: 'commit', producerId: 7n })
  served.append(['b'])
  const reading = new Reading(served)
  await served.clock.until(() => reading.count === 2)
  assert.equal(reading.values, ['a', 'b'])
  assert.is(reading.batches.at(-1)!.nextOffset, 8n)
})

test('a subscriber that never reads gets 64 batches and no more, and an event tells why', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 200; i++) served.append([kilobyte])
  const reading = new Reading(served, { maxBatchMessages: 1, each: () => undefined })
  await served.clock.advance(29_000)
  assert.is(reading.batches.length, 64)
  assert.is(reading.of('ack-stalled').length, 0)
  await served.clock.advance(5000)
  assert.is(reading.of('ack-stalled')[0]!.firstOffset, 0n)
  assert.is(reading.error, undefined)
  for (const batch of [...reading.batches]) void batch.messages
  await served.clock.until(() => reading.batches.length === 128)
})

test('what is fetched and not acked stays within maxFetchBufferBytes', async () => {
  const served = await ServedLog.start({ partitions: 3 })
  for (let i = 0; i < 2000; i++) served.append([kilobyte], { partition: i % 3 })
  const maxFetchBufferBytes = 256 * 1024
  const reading = new Reading(served, { maxFetchBufferBytes, maxBatchMessages: 10, each: () => undefined })
  await served.clock.advance(60_000)
  const positions = new Map<number, bigint>()
  for (const { body } of served.fetches)
    for (const { partition, fetchOffset } of body.topics[0]!.partitions)
      positions.set(partition, BigInt(fetchOffset.toString()))
  const fetched = [...positions.values()].reduce((sum, offset) => sum + Number(offset) * 1100, 0)
  assert.ok(fetched < maxFetchBufferBytes, `${fetched} bytes`)
  assert.ok(reading.of('ack-stalled').length > 0)
  let read = 0
  await served.clock.until(() => {
    for (; read < reading.batches.length; read++) void reading.batches[read]!.messages
    return reading.count === 2000
  })
})

test('compressed batches are decompressed one at a time when there is no room for what they become', async () => {
  const served = await ServedLog.start({ partitions: 4 })
  for (let i = 0; i < 40; i++)
    served.append(['y'.repeat(300_000)], { partition: i % 4, codec: codecs('gzip') })
  const reading = new Reading(served, { maxFetchBufferBytes: 512 * 1024, each: () => undefined })
  await served.clock.advance(5000)
  assert.ok(reading.count <= 3, `${reading.count} batches of 300 KB in a budget of 512 KiB`)
  let read = 0
  await served.clock.until(() => {
    for (; read < reading.batches.length; read++) void reading.batches[read]!.messages
    return reading.count === 40
  })
})

test('a manual stream that never acks fails and names the batch', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 10; i++) served.append(numbered(10, 10 * i))
  const reading = new Reading(served, { ack: 'manual', maxBatchMessages: 10, each: () => undefined })
  await served.clock.until(() => reading.error !== undefined, 31_000)
  assert.instance(reading.error, AckTimeoutError)
  assert.match((reading.error as Error).message, 'Batch(orders/0 offsets 0 to 9)')
  assert.is(reading.batches.length, 1)
})

test('a manual stream that has acked before is only told of', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 10; i++) served.append(numbered(10, 10 * i))
  const each = (batch: { firstOffset: bigint; ack(): void }) => batch.firstOffset === 0n && batch.ack()
  const reading = new Reading(served, { ack: 'manual', maxBatchMessages: 10, each })
  await served.clock.advance(31_000)
  assert.is(reading.error, undefined)
  assert.equal(
    reading.of('ack-stalled').map(({ firstOffset }) => firstOffset),
    [10n],
  )
})

test('on a quiet topic a batch that is out for long is an event and no error', async () => {
  const served = await ServedLog.start()
  served.append(['only one'])
  const reading = new Reading(served, { ack: 'manual', each: () => undefined })
  await served.clock.advance(70_000)
  assert.is(reading.error, undefined)
  assert.equal(
    reading.of('ack-stalled').map(({ firstOffset, ms }) => [firstOffset, ms]),
    [
      [0n, 30_000],
      [0n, 60_000],
    ],
  )
})

test('partitions take turns, whoever has most', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  for (let i = 0; i < 50; i++) served.append(numbered(10))
  served.append(['small'], { partition: 1 })
  const order: number[] = []
  const reading = new Reading(served, {
    maxBatchMessages: 10,
    each: ({ partition }) => order.push(partition),
  })
  await served.clock.until(() => reading.batches.length >= 20)
  assert.ok(order.indexOf(1) <= 2, order.join())
})

test('a partition without room does not wait for the long poll of its neighbours', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  for (let i = 0; i < 3000; i++) served.append([kilobyte])
  const reading = new Reading(served, {
    maxPartitionFetchBytes: 65_536,
    maxBatchMessages: 10,
    each: batch => void served.clock.after(2, () => batch.ack()),
    ack: 'manual',
  })
  const begin = served.clock.now()
  await served.clock.until(() => reading.count === 3000)
  const ideal = 300 * 2
  assert.ok(served.clock.now() - begin < ideal / 0.9 + 100, `${served.clock.now() - begin} ms`)
})

for (const [what, value, fetches] of [
  ['much', 'x'.repeat(10_000), 2],
  ['little', 'a', 1],
] as const)
  test(`the next fetch leaves before much is decoded, and after little was delivered: ${what}`, async () => {
    const served = await ServedLog.start()
    served.append([value])
    let written = 0
    const { dial } = served.network
    const client = served.client({
      dial: (target, handlers) => {
        const wire = dial(target, handlers)
        const write = wire.write.bind(wire)
        return Object.assign(wire, {
          write: (...given: Parameters<typeof write>) => {
            if (given[0].some(chunk => chunk.length > 6 && chunk.readInt16BE(4) === Apis.Fetch.key)) written++
            return write(...given)
          },
        })
      },
    })
    const seen: number[] = []
    const reading = new Reading(served, { client, each: () => seen.push(written) })
    await served.clock.until(() => reading.batches.length === 1)
    assert.equal(seen, [fetches])
  })

test.run()
