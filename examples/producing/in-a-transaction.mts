/*
 * Samples of docs/producing.md: all of it or nothing.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=prices node dist/examples/producing/in-a-transaction.mjs
 */
import {
  FencedError,
  KafkaClient,
  Producer,
  TransactionAbortedError,
  type GroupMetadata,
  type TransactionWork,
} from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'prices'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'prices' })
const producer = new Producer(client, { transactionalId: process.env['ID'] ?? 'price-list' })

function* prices(count: number) {
  for (let id = 0; id < count; id++) yield { topic, key: `product ${id}`, value: `${id} cents` }
}

const sent = await producer.transaction(async tx => {
  let count = 0
  await tx.sendAll(prices(50_000)).forEach(() => count++)
  return count
})
console.log(`${sent} prices, and nobody sees some of them only`)

/** Tries again what was surely aborted, a few times. */
async function committed<T>(work: TransactionWork<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await producer.transaction(work)
    } catch (error) {
      if (!(error instanceof TransactionAbortedError) || attempt === 5) throw error
      console.warn(error.message)
    }
  }
}

try {
  await committed(tx => {
    tx.send({ topic, key: 'product 1', value: '90 cents' })
    tx.send({ topic, key: 'product 2', value: '95 cents' })
  })
} catch (error) {
  // Somebody has taken over, or nobody knows what became of the commit: end, and start from what is committed.
  console.error(error instanceof FencedError ? 'another one has taken over' : error)
  process.exit(1)
}

/** As a member of a group also `generationId` and `memberId`: the offsets of one that was put out are refused. */
const group: GroupMetadata = { groupId: 'price-readers' }
const tx = await producer.begin()
try {
  tx.send({ topic, key: 'product 3', value: '99 cents' })
  tx.sendOffsets([{ topic, partition: 0, offset: 42n }], group)
} catch (error) {
  await tx.abort()
  throw error
}
await tx.commit()
console.log('committed by hand')

await client.close()
