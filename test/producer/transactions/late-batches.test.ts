import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { delayRequest, type EmbeddedKafkaOptions } from '../../../src/broker'
import type { ClientOptions } from '../../../src/client'
import { TransactionAbortedError } from '../../../src/kernel'
import { Apis } from '../../../src/protocol'
import { ProducingRig } from './producing-rig'

const releases = ['4.3', '2.8'] as const

/** A partition led elsewhere than the coordinator is, and no room for a batch to be slow. */
async function start(
  versions: EmbeddedKafkaOptions['versions'],
  client: ClientOptions = {},
): Promise<ProducingRig> {
  const rig = await ProducingRig.start({
    versions,
    brokers: 3,
    producer: { deliveryTimeoutMs: 2000, ackTimeoutMs: 1000 },
    client,
  })
  await write(rig, 'before')
  const coordinator = rig.kafka.requests.of(Apis.InitProducerId)[0]!.broker
  const partition = rig.kafka.partition('orders', 0)
  if (partition.leader === coordinator) partition.moveLeader()
  return rig
}

const write = (rig: ProducingRig, value: string) =>
  rig.done(rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value })))

/** Whether readers of committed messages get past everything. */
function isReadable(rig: ProducingRig): boolean {
  const { lastStableOffset, highWatermark } = rig.kafka.partition('orders', 0)
  return lastStableOffset === highWatermark
}

for (const versions of releases) {
  for (const [what, slowMs, pauseMs] of [
    ['lands after its time, and before the next transaction', 5000, 10_000],
    ['lands after its request timeout, and before the next transaction', 20_000, 30_000],
    ['lands after the next transaction', 60_000, 15_000],
  ] as const) {
    test(`${versions}: a batch of an aborted transaction that ${what} is not read, and hangs nobody`, async () => {
      const rig = await start(versions, { requestTimeoutMs: 8000 })
      rig.kafka.faults.on(Apis.Produce, delayRequest(slowMs), { times: 2 })
      const tx = await rig.done(rig.producer.begin())
      tx.send({ topic: 'orders', partition: 0, value: 'late' })
      assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
      rig.kafka.faults.clear()
      await rig.rig.clock.advance(pauseMs)
      await write(rig, 'after')
      await rig.rig.clock.advance(slowMs)
      await rig.settled()
      assert.ok(isReadable(rig), 'the partition hangs')
      await write(rig, 'last')
      await rig.settled()
      assert.equal(rig.committed(), ['before', 'after', 'last'])
      await rig.close()
    })
  }
}

test.run()
