import * as assert from 'uvu/assert'
import { KafkaClient, OFFSET_LATEST, Producer } from '../../src'
import { contractAlone, runContract } from '../support/contract'
import { BrokerProxy } from '../support/proxy'

const produceKey = 0
const count = 5
const apart = () => new Promise(resolve => setTimeout(resolve, 20))

contractAlone(
  'batches that were written unheard are delivered once when their leader was killed and leads again',
  { brokers: 1, needs: [{ api: 'InitProducerId', version: 0 }] },
  async ctx => {
    const topic = await ctx.uniqueTopic(1)
    const proxy = await BrokerProxy.start(ctx.brokers, () => undefined)
    const direct = new KafkaClient(ctx.bootstrap)
    const client = new KafkaClient(proxy.bootstrap, { mapAddress: proxy.mapAddress })
    const producer = new Producer(client)
    const send = (value: string) => producer.send({ topic, partition: 0, value })
    await send('0')
    proxy.faults = apiKey => (apiKey === produceKey ? { kind: 'swallow' } : undefined)
    const sent = []
    for (let index = 1; index <= count; index++) {
      sent.push(send(String(index)))
      await apart()
    }
    for (let end = 0n; end <= count; await apart())
      end = (await direct.sendOffsetRequest([{ topic, partition: 0, time: OFFSET_LATEST }]))[0]!.offset
    proxy.heal()
    const { id } = ctx.brokers[0]!
    await ctx.control.kill(id)
    await ctx.control.start(id)
    const offsets = (await Promise.all(sent)).map(({ offset }) => offset)
    // A restarted broker remembers the last batch: of those before it, it only says that they are out of order.
    for (const [index, offset] of offsets.entries()) assert.ok(offset === -1n || offset === BigInt(index + 1))
    assert.is(offsets.at(-1), BigInt(count))
    assert.is((await send('last')).offset, BigInt(count + 1))
    const [log] = await direct.sendFetchRequest([{ topic, partition: 0, offset: 0 }])
    assert.equal(
      log!.messages.map(({ value }) => String(value)),
      ['0', '1', '2', '3', '4', '5', 'last'],
    )
    await client.close()
    await direct.close()
    await proxy.close()
    console.log(`offsets told: ${offsets.join()}`)
  },
)

runContract()
