import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, OFFSET_EARLIEST, Producer } from '../../src'
import { contractAlone, runContract } from '../support/contract'

const partitions = 6
const count = 600

contractAlone(
  'a consumer reads all that was acknowledged, in order, while brokers die and come back',
  { brokers: 3 },
  async ctx => {
    const topic = await ctx.uniqueTopic(partitions)
    const client = new KafkaClient(ctx.bootstrap)
    const producer = new Producer(client)
    const consumer = new Consumer(client, topic)
    const read = new Map<string, number[]>()
    let last = 0
    let failure: unknown
    const subscription = consumer.start(OFFSET_EARLIEST).subscribe({
      next: batch => {
        for (const { key, value } of batch) {
          const list = read.get(key!.toString()) ?? []
          read.set(key!.toString(), list)
          list.push(Number(value!.toString()))
          last++
        }
      },
      error: (error: unknown) => (failure = error),
    })
    const bounces = (async () => {
      await ctx.control.kill(2)
      await ctx.control.start(2)
      await ctx.control.stop(3)
      await ctx.control.start(3)
    })()
    let isOver = false
    void bounces.finally(() => (isOver = true))
    let sent = 0
    const delivered: PromiseLike<unknown>[] = []
    while (!isOver || sent < count) {
      delivered.push(producer.send({ topic, key: `key ${sent % 20}`, value: String(sent) }))
      sent++
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await bounces
    await Promise.all(delivered)
    for (let i = 0; last < sent && i < 300; i++) await new Promise(resolve => setTimeout(resolve, 100))
    subscription.unsubscribe()
    await client.close()
    assert.is(failure, undefined)
    for (let key = 0; key < 20; key++)
      assert.equal(
        read.get(`key ${key}`),
        Array.from({ length: sent }, (_, i) => i).filter(i => i % 20 === key),
      )
  },
)

runContract()
