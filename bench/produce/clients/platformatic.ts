import type { Connect, Heard, ProduceClient, ProduceOrder } from '../client'
import { serve } from '../serve'
import type { Payload } from '../../rivals'
import { createRequire } from 'node:module'
import { join } from 'node:path'

interface Library {
  readonly Producer: new (options: object) => PlatformaticProducer
  readonly compatibilityPartitioner: unknown
}

interface PlatformaticProducer {
  send(batch: object): Promise<unknown>
  asStream(options: object): PlatformaticStream
  close(): Promise<void>
}

interface PlatformaticStream {
  write(message: object): boolean
  on(event: 'delivery-report', listener: (report: { readonly count: number }) => void): this
  on(event: 'error', listener: (error: unknown) => void): this
  close(): Promise<void>
}

const connect: Connect = async (order, payload) => {
  const { bootstrap, task, options } = order
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { Producer, compatibilityPartitioner } = load('@platformatic/kafka') as Library
  const producer = new Producer({
    clientId: 'bench',
    bootstrapBrokers: bootstrap.split(','),
    acks: task.acks === 'all' ? -1 : 1,
    idempotent: task.idempotent,
    compression: task.compression,
    partitioner: compatibilityPartitioner,
  })
  const use = options['style'] === 'stream' ? streaming : sending
  return use(producer, order, payload)
}

function sending(
  producer: PlatformaticProducer,
  { topic, task }: ProduceOrder,
  payload: Payload,
): ProduceClient {
  const { perCall } = task
  const { keys, values } = payload
  const messagesOf = (call: number) => {
    const key = keys[call % keys.length]!
    return Array.from({ length: perCall }, (_, index) => ({
      topic,
      key,
      value: values[(call * perCall + index) % values.length]!,
    }))
  }
  return {
    send(call, heard) {
      producer.send({ messages: messagesOf(call) }).then(
        () => heard.next(),
        (error: unknown) => heard.error(error),
      )
    },
    close: () => producer.close(),
  }
}

/** It tells how many of its messages a batch held, not which: one listener hears all. */
function streaming(
  producer: PlatformaticProducer,
  { topic }: ProduceOrder,
  { keys, values }: Payload,
): ProduceClient {
  let only: Heard | undefined
  const stream = producer
    .asStream({ batchSize: 1000, batchTime: 5, highWaterMark: 10_000, reportMode: 'batch' })
    .on('delivery-report', ({ count }) => {
      for (let told = 0; told < count; told++) only?.next()
    })
    .on('error', error => only?.error(error))
  return {
    send(call, heard) {
      only = heard
      stream.write({ topic, key: keys[call % keys.length]!, value: values[call % values.length]! })
    },
    async close() {
      await stream.close()
      await producer.close()
    },
  }
}

serve(connect)
