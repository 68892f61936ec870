import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking } from '../support/talk'
import { batchOf } from '../support/wire'

const hour = 3_600_000
/** Of a new topic with settings that is written and read. */
const settled = needsAll({ CreateTopics: 4, Produce: 9, Fetch: 12 })

contract(
  'a batch above max.message.bytes is MESSAGE_TOO_LARGE, one of just that size is not',
  settled,
  talking(async (talk, context) => {
    const limit = 200
    const partition = await Partition.of(talk, context, { 'max.message.bytes': limit })
    const sized = (bytes: number) => batchOf(['x'.repeat(bytes - batchOf(['x'.repeat(100)]).length + 100)])
    assert.is(sized(limit).length, limit)
    const above = await partition.produce(sized(limit + 1))
    assert.is(errorName(above), 'MESSAGE_TOO_LARGE')
    assert.equal([String(above.baseOffset), String(above.logStartOffset)], ['-1', '-1'])
    assert.equal(above.recordErrors, [])
    assert.is(errorName(await partition.produce(sized(limit))), 'NONE')
  }),
)

contract(
  'a batch is measured as it comes, compressed',
  settled,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context, { 'max.message.bytes': 200 })
    const text = 'x'.repeat(5000)
    assert.is(errorName(await partition.produce(batchOf([text]))), 'MESSAGE_TOO_LARGE')
    assert.is(errorName(await partition.produce(batchOf([text], { compression: 'gzip' }))), 'NONE')
    assert.equal(partition.recordsOf(await partition.fetch(0)), [`0 ${text}`])
  }),
)

for (const compression of ['none', 'gzip'] as const) {
  contract(
    `with LogAppendTime all records have the time of the broker, which is answered (compression ${compression})`,
    settled,
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context, { 'message.timestamp.type': 'LogAppendTime' })
      const times = [5000, 9000].map(timestamp => ({ value: 'x', timestamp }))
      const before = Date.now()
      const produced = await partition.produce(batchOf(times, { compression }))
      const time = BigInt(produced.logAppendTimeMs.toString())
      assert.ok(time >= before - 1000 && time <= Date.now() + 1000, `${time} around ${before}`)
      const [batch] = partition.batchesOf(await partition.fetch(0))
      assert.equal(
        [batch!.timestampType, batch!.maxTimestamp, batch!.compression],
        ['append', time, compression],
      )
      batch!.verify()
      assert.equal(
        batch!.records().map(({ timestamp, timestampType }) => [timestamp, timestampType]),
        [
          [time, 'append'],
          [time, 'append'],
        ],
      )
    }),
  )
}

contract(
  'with LogAppendTime no time of a client is too late',
  settled,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context, { 'message.timestamp.type': 'LogAppendTime' })
    const late = batchOf(['a'], { timestamp: Date.now() + 1000 * hour })
    assert.is(errorName(await partition.produce(late)), 'NONE')
  }),
)

for (const version of [7, 8, 13]) {
  contract(
    `records from more than an hour ahead are INVALID_TIMESTAMP, from v8 on one by one (Produce v${version})`,
    needsAll({ Produce: version, ListOffsets: 6 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const now = Date.now()
      const times = [now, now + 3 * hour, 0, now + 4 * hour]
      const batch = batchOf(times.map(timestamp => ({ value: 'x', timestamp })))
      const produced = await partition.produce(batch, { version })
      assert.is(errorName(produced), 'INVALID_TIMESTAMP')
      assert.equal(
        produced.recordErrors.map(({ batchIndex }) => batchIndex),
        version < 8 ? [] : [1, 3],
      )
      for (const { batchIndexErrorMessage } of produced.recordErrors)
        assert.match(batchIndexErrorMessage ?? '', /\w/)
      if (version < 8) assert.is(produced.errorMessage, null)
      else assert.match(produced.errorMessage ?? '', /\w/)
      assert.is(String((await partition.listOffset(-1)).offset), '0')
      const soon = batchOf(['x'], { timestamp: now + hour / 2 })
      assert.is(errorName(await partition.produce(soon, { version })), 'NONE')
    }),
  )
}

contract(
  'message.timestamp.before.max.ms and after.max.ms set how far off a time may be',
  settled,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context, {
      'message.timestamp.before.max.ms': hour,
      'message.timestamp.after.max.ms': 10 * hour,
    })
    const at = async (timestamp: number) => errorName(await partition.produce(batchOf(['x'], { timestamp })))
    assert.is(await at(Date.now() - 2 * hour), 'INVALID_TIMESTAMP')
    assert.is(await at(Date.now() - hour / 2), 'NONE')
    assert.is(await at(Date.now() + 9 * hour), 'NONE')
    assert.is(await at(Date.now() + 11 * hour), 'INVALID_TIMESTAMP')
  }),
)

for (const version of [3, 7, 8, 13]) {
  contract(
    `a compacted topic refuses records without key, from v8 on one by one (Produce v${version})`,
    { needs: [...settled.needs!, { api: 'Produce', version }] },
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context, { 'cleanup.policy': 'compact' })
      const keys = ['a', null, '', null]
      const batch = batchOf(keys.map(key => ({ key, value: 'x' })))
      const produced = await partition.produce(batch, { version })
      assert.is(errorName(produced), 'INVALID_RECORD')
      assert.is(String(produced.baseOffset), '-1')
      assert.is(String(produced.logStartOffset), version >= 5 ? '0' : '-1')
      assert.equal(
        produced.recordErrors.map(({ batchIndex }) => batchIndex),
        version < 8 ? [] : [1, 3],
      )
      for (const { batchIndexErrorMessage } of produced.recordErrors)
        assert.match(batchIndexErrorMessage ?? '', /\w/)
      assert.is(produced.errorMessage === null, version < 8)
      const tombstone = batchOf([{ key: 'a', value: null }])
      assert.is(String((await partition.produce(tombstone, { version })).baseOffset), '0')
    }),
  )
}

for (const type of ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd', 'producer'] as const) {
  contract(
    `compression.type ${type}: ${type === 'producer' ? 'batches stay as they are' : 'all batches become that'}`,
    settled,
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context, { 'compression.type': type })
      const text = 'a'.repeat(1000)
      const sent = ['none', 'gzip', 'lz4', 'zstd'] as const
      for (const compression of sent)
        assert.is(errorName(await partition.produce(batchOf([text, 'b'], { compression }))), 'NONE')
      const fetched = await partition.fetch(0)
      const stored = partition.batchesOf(fetched).map(({ compression }) => compression)
      const all = type === 'uncompressed' ? 'none' : type
      assert.equal(stored, type === 'producer' ? sent : sent.map(() => all))
      const expected = sent.flatMap((_, index) => [`${2 * index} ${text}`, `${2 * index + 1} b`])
      assert.equal(partition.recordsOf(fetched), expected)
    }),
  )
}

runContract()
