import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Connect, ConsumeOrder } from '../client'
import { serve } from '../serve'
import type { Tally } from '../tally'

interface Library {
  readonly Kafka: new (options: object) => { consumer(options: object): KafkaJsConsumer }
  readonly CompressionTypes: Readonly<Record<'Snappy', number>>
  readonly CompressionCodecs: Record<number, unknown>
  readonly logLevel: { readonly ERROR: number }
}

interface KafkaJsConsumer {
  connect(): Promise<void>
  subscribe(options: object): Promise<void>
  run(options: object): Promise<void>
  seek(position: { topic: string; partition: number; offset: string }): void
  on(event: 'consumer.crash', listener: (event: { payload: { error: unknown } }) => void): void
  disconnect(): Promise<void>
}

interface KafkaJsMessage {
  readonly offset: string
  readonly value: Buffer | null
}

interface EachMessage {
  readonly partition: number
  readonly message: KafkaJsMessage
}

interface EachBatch {
  readonly batch: { readonly partition: number; readonly messages: readonly KafkaJsMessage[] }
}

/** The handlers by style, as `run` takes them. */
const handlers: Readonly<Record<string, (tally: Tally, touches: boolean) => object>> = {
  message: tally => ({
    eachMessage({ partition, message }: EachMessage) {
      tally.message(partition, Number(message.offset), message.value)
      return Promise.resolve()
    },
  }),
  batch: (tally, touches) => ({
    eachBatch({ batch: { partition, messages } }: EachBatch) {
      if (touches) for (const { value } of messages) tally.touch(value)
      const [first, last] = [messages[0], messages.at(-1)]
      if (first && last)
        tally.batch(partition, Number(first.offset), Number(last.offset) + 1, messages.length)
      return Promise.resolve()
    },
  }),
}

const connect: Connect = async (order, tally) => {
  const { topic, task } = order
  const consumer = consumerOf(order)
  consumer.on('consumer.crash', ({ payload }) => tally.failed(payload.error))
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: task.ends !== undefined })
  const handler = handlers[order.options['style'] ?? 'message']!
  await consumer.run({
    ...(task.commits ? { autoCommitInterval: 1000 } : { autoCommit: false }),
    ...handler(tally, task.reading === 'values'),
  })
  return {
    rewind: partition => consumer.seek({ topic, partition, offset: '0' }),
    close: () => consumer.disconnect(),
  }
}

function consumerOf({ bootstrap, task, options }: ConsumeOrder): KafkaJsConsumer {
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = load('kafkajs') as Library
  CompressionCodecs[CompressionTypes.Snappy] = load('kafkajs-snappy')
  return new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.ERROR }).consumer({
    groupId: task.group,
  })
}

serve(connect)
