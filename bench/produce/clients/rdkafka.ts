import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Connect, Heard } from '../client'
import { serve } from '../serve'

interface Library {
  readonly Producer: new (options: object) => RdKafkaProducer
}

interface RdKafkaProducer {
  connect(options: object, then: (error: unknown) => void): void
  setPollInterval(ms: number): void
  produce(
    topic: string,
    partition: null,
    value: Buffer,
    key: Buffer,
    timestamp: undefined,
    opaque: unknown,
  ): void
  on(
    event: 'delivery-report',
    listener: (error: unknown, report: { readonly opaque?: unknown }) => void,
  ): void
  disconnect(then: () => void): void
}

const connect: Connect = async ({ bootstrap, topic, task, options }, { values, keys }) => {
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { Producer } = load('node-rdkafka') as Library
  const floods = task.pace === 'flood'
  const producer = new Producer({
    'metadata.broker.list': bootstrap,
    dr_cb: true,
    acks: task.acks === 'all' ? -1 : 1,
    'enable.idempotence': task.idempotent,
    'compression.codec': task.compression,
    partitioner: 'murmur2_random',
    'linger.ms': floods ? 5 : 0,
    'queue.buffering.max.messages': 100_000,
  })
  await new Promise<void>((resolve, reject) =>
    producer.connect({}, error => (error ? reject(error) : resolve())),
  )
  producer.setPollInterval(floods ? 5 : 1)
  // One listener hears all calls of a flood; elsewhere each has its own, which travels with the message.
  let only: Heard | undefined
  producer.on('delivery-report', (error, { opaque }) => {
    const heard = only ?? (opaque as Heard)
    if (error) heard.error(error)
    else heard.next()
  })
  return {
    send(call, heard) {
      if (floods) only = heard
      const opaque = floods ? undefined : heard
      producer.produce(
        topic,
        null,
        values[call % values.length]!,
        keys[call % keys.length]!,
        undefined,
        opaque,
      )
    },
    close: () => new Promise(resolve => producer.disconnect(resolve)),
  }
}

serve(connect)
