import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Connect } from '../client'
import { serve } from '../serve'

interface Library {
  readonly Kafka: new (options: object) => { producer(options: object): KafkaJsProducer }
  readonly CompressionTypes: Readonly<Record<'None' | 'Snappy', number>>
  readonly CompressionCodecs: Record<number, unknown>
  readonly Partitioners: { readonly DefaultPartitioner: unknown }
  readonly logLevel: { readonly ERROR: number }
}

interface KafkaJsProducer {
  connect(): Promise<void>
  send(batch: object): Promise<unknown>
  disconnect(): Promise<void>
}

const connect: Connect = async ({ bootstrap, topic, task, options }, { values, keys }) => {
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { Kafka, CompressionTypes, CompressionCodecs, Partitioners, logLevel } = load('kafkajs') as Library
  CompressionCodecs[CompressionTypes.Snappy] = load('kafkajs-snappy')
  const kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.ERROR })
  const { idempotent, perCall } = task
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent,
    ...(idempotent ? { maxInFlightRequests: 5 } : {}),
  })
  await producer.connect()
  const acks = task.acks === 'all' ? -1 : 1
  const compression = task.compression === 'snappy' ? CompressionTypes.Snappy : CompressionTypes.None
  const messagesOf = (call: number) => {
    const key = keys[call % keys.length]!
    return Array.from({ length: perCall }, (_, index) => ({
      key,
      value: values[(call * perCall + index) % values.length]!,
    }))
  }
  return {
    send(call, heard) {
      producer.send({ topic, acks, compression, messages: messagesOf(call) }).then(
        () => heard.next(),
        (error: unknown) => heard.error(error),
      )
    },
    close: () => producer.disconnect(),
  }
}

serve(connect)
