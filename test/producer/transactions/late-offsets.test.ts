import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { delayRequest } from '../../../src/broker'
import { TransactionAbortedError } from '../../../src/kernel'
import { Apis } from '../../../src/protocol'
import { ProducingRig } from './producing-rig'

/** Offsets are sent, are not answered, and arrive long after the transaction was aborted. */
async function lateOffsets(versions: '4.3' | '2.8'): Promise<ProducingRig> {
  const rig = await ProducingRig.start({
    versions,
    brokers: 3,
    client: { requestTimeoutMs: 1000, timeoutMs: 3000 },
  })
  await rig.done(write(rig, 'before', 'others'))
  const late = rig.kafka.faults.on(Apis.TxnOffsetCommit, delayRequest(20_000))
  const tx = await rig.done(rig.producer.begin())
  await rig.failure(tx.sendOffsets([{ topic: 'orders', partition: 1, offset: 7 }], 'copiers'))
  assert.ok(late.hits > 1)
  late.remove()
  assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
  return rig
}

const write = (rig: ProducingRig, value: string, group: string) =>
  rig.producer.transaction(tx => {
    tx.send({ topic: 'orders', partition: 0, value })
    void tx.sendOffsets([{ topic: 'other', partition: 0, offset: 1 }], group)
  })

for (const [when, pauseMs] of [
  ['before the next transaction', 60_000],
  ['after it', 5000],
] as const) {
  test(`offsets of an aborted transaction that arrive ${when} are never committed`, async () => {
    const rig = await lateOffsets('4.3')
    await rig.rig.clock.advance(pauseMs)
    await rig.done(write(rig, 'after', 'copiers'))
    await rig.rig.clock.advance(60_000)
    await rig.done(write(rig, 'last', 'copiers'))
    await rig.settled()
    assert.is(rig.kafka.committed('copiers', 'orders', 1), undefined)
    assert.is(rig.kafka.committed('copiers', 'other'), 1n)
    assert.equal(rig.committed(), ['before', 'after', 'last'])
    await rig.close()
  })
}

test('before KIP-890 an abort with late offsets ends a second transaction of the group, under the next epoch', async () => {
  const rig = await lateOffsets('2.8')
  const added = rig.kafka.requests.of(Apis.AddOffsetsToTxn).filter(({ body }) => body.groupId === 'copiers')
  assert.equal([...new Set(added.map(({ body }) => body.producerEpoch))], [0, 1])
  const ends = rig.kafka.requests.of(Apis.EndTxn).map(({ body }) => [body.producerEpoch, body.committed])
  assert.equal(ends, [
    [0, true],
    [0, false],
    [1, false],
  ])
  await rig.done(write(rig, 'after', 'copiers'))
  await rig.settled()
  assert.equal(rig.committed(), ['before', 'after'])
  await rig.close()
})

test.run()
