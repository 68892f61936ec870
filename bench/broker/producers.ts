import { mergeMap, lastValueFrom, range, toArray, from } from 'rxjs'
import { KafkaClient, Producer } from '../../src'
import { Apis, encodeBatch } from '../../src/protocol'
import { javaTool } from '../../test/support/kafka'

/** Writes so many messages of 100 B to the six partitions of topic `bench`. */
export interface Writer {
  readonly name: string
  readonly messages: number
  write(bootstrap: string, messages: number): Promise<void>
}

const partitions = 6
const value = Buffer.alloc(100, 'x')
const perBatch = 150
/** Requests on their way at a time. */
const inFlight = 12

/** Batches encoded one by one, and sent by the client without a producer. */
const requests: Writer = {
  name: 'KafkaClient.request(Produce), batches of 150',
  messages: 3_000_000,
  async write(bootstrap, messages) {
    const client = new KafkaClient(bootstrap)
    const batch = Array.from({ length: perBatch }, () => ({ value }))
    const ask = () => {
      const timestamp = Date.now()
      const partitionData = [...Array(partitions).keys()].map(index => ({
        index,
        records: encodeBatch(batch, { timestamp }),
      }))
      return client.request(Apis.Produce, {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [{ name: 'bench', partitionData }],
      })
    }
    await lastValueFrom(range(Math.ceil(messages / perBatch / partitions)).pipe(mergeMap(ask, inFlight)))
    await client.close()
  },
}

const producer: Writer = {
  name: 'Producer.send, 10,000 at a time',
  messages: 300_000,
  async write(bootstrap, messages) {
    const client = new KafkaClient(bootstrap)
    const producer = new Producer(client, { maxBufferedBytes: 512 * 1024 * 1024 })
    const sent = from({ length: messages } as ArrayLike<undefined>).pipe(
      mergeMap(() => producer.send({ topic: 'bench', value }), 10_000),
      toArray(),
    )
    await lastValueFrom(sent)
    await client.close()
  },
}

const java: Writer = {
  name: "Java's ProducerPerformance of Kafka 4.3.1",
  messages: 3_000_000,
  async write(bootstrap, messages) {
    await javaTool('4.3.1', 'org.apache.kafka.tools.ProducerPerformance', [
      ...[
        '--topic',
        'bench',
        '--num-records',
        String(messages),
        '--record-size',
        '100',
        '--throughput',
        '-1',
      ],
      ...['--producer-props', `bootstrap.servers=${bootstrap}`],
    ])
  },
}

export const writers: readonly Writer[] = [requests, java, producer]
