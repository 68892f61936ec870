import * as assert from 'uvu/assert'
import { firstValueFrom, skip } from 'rxjs'
import { Consumer, ConsumerGroup, KafkaClient, type Batch } from '../../src'
import { contract, runContract } from '../support/contract'

interface Order {
  readonly id: number
}

contract(
  'orders are deserialized, what is none goes elsewhere, what is nacked comes again, and all is committed',
  {},
  async ctx => {
    const topic = await ctx.uniqueTopic(1)
    const client = new KafkaClient(ctx.bootstrap)
    const groupId = `${topic}-group`
    const values = ['{"id":1}', 'no order', '{"id":2}']
    await client.sendProduceRequest([{ topic, partition: 0, messages: values }])
    const group = new ConsumerGroup(client, groupId, topic, {
      autoOffsetReset: 'earliest',
      valueDeserializer: async bytes => {
        await Promise.resolve()
        return JSON.parse(bytes.toString()) as Order
      },
    })
    const saved: (number | undefined)[] = []
    const dead: string[] = []
    let nacks = 0
    const work = (batch: Batch<Buffer, Order>): void => {
      if (nacks++ === 0) batch.nack({ delayMs: 10 })
      else for (const { value } of batch) saved.push(value?.id)
    }
    const onError = ({ messages }: Batch<Buffer, Order>): void =>
      void dead.push(...messages.map(({ raw }) => raw.value!.toString()))
    await firstValueFrom(group.process(work, { onError }).pipe(skip(2)))
    assert.equal([saved, dead], [[1, 2], ['no order']])
    await group.close()
    const asker = new Consumer(client, topic, { groupId })
    assert.equal(await asker.committed(), [{ topic, partition: 0, offset: 3n }])
    await client.close()
  },
)

runContract()
