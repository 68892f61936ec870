import type { Subscription } from 'rxjs'
import {
  Consumer,
  KafkaClient,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Batch,
  type ReceivedMessage,
} from '../../../src'
import type { Connect, ConsumeTask } from '../client'
import { serve } from '../serve'
import type { Tally } from '../tally'
import type { Reading } from '../workloads'

type Take = (tally: Tally, batch: Batch) => void

/** What is done with a batch, before it is counted. */
const takes: Readonly<Record<Reading, Take>> = {
  values(tally, { messages }) {
    for (const { value } of messages) tally.touch(value)
  },
  batches: () => undefined,
  latency(tally, { messages }) {
    for (const { value } of messages) tally.late(value)
  },
}

type Read = (consumer: Consumer, from: bigint, task: ConsumeTask, tally: Tally) => Subscription

const styles: Readonly<Record<string, Read>> = {
  start(consumer, from, { reading }, tally) {
    const take = takes[reading]
    return consumer.start(from).subscribe({
      next(batch) {
        take(tally, batch)
        batch.ack()
        tally.batch(batch.partition, Number(batch.firstOffset), Number(batch.nextOffset), batch.count)
      },
      error: (error: unknown) => tally.failed(error),
    })
  },
  each(consumer, from, _task, tally) {
    const handler = ({ partition, offset, value }: ReceivedMessage) =>
      tally.message(partition, Number(offset), value)
    return consumer
      .processEach(handler, { from })
      .subscribe({ error: (error: unknown) => tally.failed(error) })
  },
}

/** The next fetch is on its way when the end is seen: a seek to the beginning waits until it is answered. */
const lapWaitMs = 10

const connect: Connect = ({ bootstrap, topic, task, options }, tally) => {
  const client = new KafkaClient(bootstrap)
  const { commits, group, ends } = task
  const consumer = new Consumer(client, topic, {
    ...(ends ? { fetchMaxWaitMs: lapWaitMs } : {}),
    ...(commits ? { groupId: group, autoCommitIntervalMs: 1000, maxInFlightBatches: 64 } : {}),
  })
  const read = styles[options['style'] ?? 'start']!
  const reading = read(consumer, ends ? OFFSET_EARLIEST : OFFSET_LATEST, task, tally)
  return Promise.resolve({
    rewind: partition => consumer.seek({ topic, partition }, OFFSET_EARLIEST),
    async close() {
      await consumer.close()
      reading.unsubscribe()
      await client.close()
    },
  })
}

serve(connect)
