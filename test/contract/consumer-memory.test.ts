import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as assert from 'uvu/assert'
import { Consumer, OFFSET_EARLIEST, Producer, type Batch } from '../../src'
import { contract, runContract } from '../support/contract'
import { withClient } from '../support/reading'
import { needsAll } from '../support/talk'

const mebibyte = 1024 * 1024
const maxFetchBufferBytes = 4 * mebibyte
/** Besides what is held: answers that are being read. */
const besides = 8 * mebibyte

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes outside of the heap, where messages are, once what nobody has is collected. */
function bytesHeld(): number {
  collect()
  return process.memoryUsage().arrayBuffers
}

for (const [what, bytes, count, compression] of [
  ['small messages', 1024, 1000, 'none'],
  ['messages of 512 KiB', 512 * 1024, 1, 'none'],
  ['messages that are a hundredth of their size when compressed', 512 * 1024, 1, 'gzip'],
] as const)
  contract(
    `a slow reader of a large backlog of ${what} holds no more than it may, and reads all of it`,
    { ...needsAll({ Fetch: 12, Produce: 9 }), brokers: 3 },
    ctx =>
      withClient(
        ctx,
        async client => {
          const topic = await ctx.uniqueTopic(3)
          const producer = new Producer(client, { compression, maxBatchBytes: 2 * mebibyte })
          const value = Buffer.alloc(bytes, 'y')
          const batches = Math.ceil((32 * mebibyte) / (bytes * count))
          for (let i = 0; i < batches; i++) {
            const messages = Array.from({ length: count }, () => value)
            await producer.sendMessages(topic, String(i), messages)
          }
          const before = bytesHeld()
          let [most, read] = [0, 0]
          const consumer = new Consumer(client, topic, { ack: 'manual', maxInFlightBatches: 4 })
          // By then as much has come as may.
          const filled = wait(1000).then(() => (most = bytesHeld() - before))
          const handle = async (batch: Batch): Promise<void> => {
            read += batch.messages.length
            await filled
            batch.ack()
          }
          await new Promise<void>((resolve, reject) => {
            const subscription = consumer.start(OFFSET_EARLIEST).subscribe({
              next: batch =>
                void handle(batch).then(() => {
                  if (read < batches * count) return
                  subscription.unsubscribe()
                  resolve()
                }),
              error: reject,
            })
          })
          assert.is(read, batches * count)
          assert.ok(most < maxFetchBufferBytes + besides, `${most >> 20} MiB`)
        },
        { maxFetchBufferBytes },
      ),
  )

runContract()
