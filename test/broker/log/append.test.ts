import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codecs } from '../../../src/compression'
import { encodeBatch } from '../../../src/protocol'
import { defaultLogSettings, PartitionLog } from '../../../src/broker/log'

const where = { topic: 'orders', partition: 3 }
const at = { leaderEpoch: 5, now: 1_000, version: 11 }

test('batches get consecutive offsets and are read back as they are', () => {
  const log = new PartitionLog(where, () => defaultLogSettings, codecs)
  const batch = () => encodeBatch([{ value: 'a' }, { value: 'b' }], { timestamp: 7 })
  assert.equal(log.append(batch(), at), {
    baseOffset: 0n,
    lastOffset: 1n,
    logAppendTimeMs: -1n,
    duplicate: false,
  })
  log.append(batch(), at)
  assert.is(log.endOffset, 4n)
  const read = log.read(1n, 1e6, { minOneBatch: true, upTo: log.endOffset })
  assert.is(read.length, 2)
})

test.run()
