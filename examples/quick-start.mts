import { firstValueFrom } from 'rxjs'
import { Consumer, KafkaClient, OFFSET_EARLIEST, Producer } from 'rx-kafka'
import { EmbeddedKafka } from 'rx-kafka/broker'

const kafka = await EmbeddedKafka.start({ brokers: 3, topics: { orders: { partitions: 6 } } })
const client = new KafkaClient(kafka.bootstrap)

const producer = new Producer(client)
const { partition, offset } = await producer.sendMessages('orders', 'user-1', ['created', 'paid'])
console.log(`written to partition ${partition} from offset ${offset}`)

const consumer = new Consumer(client, 'orders')
const batch = await firstValueFrom(consumer.start(OFFSET_EARLIEST))
for (const { key, value } of batch) console.log(`${key} ${value}`)

await client.close()
await kafka.close()
