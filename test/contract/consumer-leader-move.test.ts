import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, OFFSET_EARLIEST, Producer } from '../../src'
import { contractAlone, runContract } from '../support/contract'

const partitions = 6
const count = 600

/** Reads the topic from its beginning, and keeps what it reads by key. */
function reading(client: KafkaClient, topic: string) {
  const byKey = new Map<string, number[]>()
  const so = { count: 0, failure: undefined as unknown }
  const subscription = new Consumer(client, topic).start(OFFSET_EARLIEST).subscribe({
    next: batch => {
      for (const { key, value } of batch) {
        const list = byKey.get(key!.toString()) ?? []
        byKey.set(key!.toString(), list)
        list.push(Number(value!.toString()))
        so.count++
      }
    },
    error: (error: unknown) => (so.failure = error),
  })
  /** Waits until so many were read, 30 s at most, and looks at them. */
  const check = async (sent: number): Promise<void> => {
    for (let i = 0; so.count < sent && i < 300; i++) await new Promise(resolve => setTimeout(resolve, 100))
    subscription.unsubscribe()
    assert.is(so.failure, undefined)
    for (let key = 0; key < 20; key++)
      assert.equal(
        byKey.get(`key ${key}`),
        Array.from({ length: sent }, (_, i) => i).filter(i => i % 20 === key),
      )
  }
  return { check }
}

contractAlone(
  'a consumer reads all that was acknowledged, in order, while brokers die and come back, and another one later',
  { brokers: 3 },
  async ctx => {
    const topic = await ctx.uniqueTopic(partitions)
    const client = new KafkaClient(ctx.bootstrap)
    const producer = new Producer(client)
    const meanwhile = reading(client, topic)
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
    await meanwhile.check(sent)
    await reading(client, topic).check(sent)
    await client.close()
  },
)

runContract()
