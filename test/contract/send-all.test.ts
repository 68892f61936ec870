import * as assert from 'uvu/assert'
import { from, lastValueFrom, toArray } from 'rxjs'
import { KafkaClient, Producer } from '../../src'
import { contract, runContract } from '../support/contract'

const count = 5000

contract('all messages of a source are written, each where its result says', { core: true }, async ctx => {
  const partitions = 3
  const topic = await ctx.uniqueTopic(partitions)
  const client = new KafkaClient(ctx.bootstrap, { clientId: 'contract' })
  try {
    const producer = new Producer(client)
    const messages = Array.from({ length: count }, (_, index) => {
      return { topic, partition: index % partitions, value: `${index}`, passThrough: index }
    })
    const pulled = producer.sendAll(messages, { maxInFlight: 500 }).pipe(toArray())
    const piped = from(messages).pipe(producer.sendAll(), toArray())
    const next = Array.from({ length: partitions }, () => 0)
    const expected = [...messages, ...messages].map(({ passThrough, partition }) => {
      return [passThrough, partition, BigInt(next[partition]!++)]
    })
    const results = [...(await lastValueFrom(pulled)), ...(await lastValueFrom(piped))]
    assert.equal(
      results.map(({ passThrough, partition, offset }) => [passThrough, partition, offset]),
      expected,
    )
    const [first] = await client.sendFetchRequest([{ topic, partition: 1, offset: 0 }])
    assert.equal(
      first!.messages.slice(0, 3).map(({ value }) => String(value)),
      ['1', '4', '7'],
    )
  } finally {
    await client.close()
  }
})

runContract()
