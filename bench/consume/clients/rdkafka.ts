import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Connect, ConsumeOrder } from '../client'
import { serve } from '../serve'

interface Library {
  readonly KafkaConsumer: new (options: object, topicOptions: object) => RdKafkaConsumer
}

interface RdKafkaConsumer {
  connect(options: object, then: (error: unknown) => void): void
  assign(partitions: readonly object[]): void
  consume(count: number, then: (error: unknown, messages: readonly RdKafkaMessage[]) => void): void
  seek(position: object, timeoutMs: number, then: (error: unknown) => void): void
  disconnect(then: () => void): void
}

interface RdKafkaMessage {
  readonly partition: number
  readonly offset: number
  readonly value: Buffer | null
}

const partitions = 12
const earliest = -2
const latest = -1
const seekMs = 10_000

const connect: Connect = async (order, tally) => {
  const { topic, task } = order
  const consumer = consumerOf(order)
  await new Promise<void>((resolve, reject) =>
    consumer.connect({}, error => (error ? reject(error) : resolve())),
  )
  const offset = task.ends ? earliest : latest
  consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset })))
  // It waits until it has so many.
  const count = task.reading === 'latency' ? 1 : 1000
  let isClosed = false
  const read = (): void =>
    consumer.consume(count, (error, messages) => {
      if (isClosed) return
      if (error) return tally.failed(error)
      for (const { partition, offset: at, value } of messages) tally.message(partition, at, value)
      read()
    })
  read()
  return {
    rewind: partition =>
      consumer.seek({ topic, partition, offset: 0 }, seekMs, error => {
        if (error) tally.failed(error)
      }),
    close() {
      isClosed = true
      return new Promise(resolve => consumer.disconnect(resolve))
    },
  }
}

function consumerOf({ bootstrap, task, options }: ConsumeOrder): RdKafkaConsumer {
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { KafkaConsumer } = load('node-rdkafka') as Library
  return new KafkaConsumer(
    {
      'metadata.broker.list': bootstrap,
      'group.id': task.group,
      'enable.auto.commit': task.commits,
      'auto.commit.interval.ms': 1000,
    },
    { 'auto.offset.reset': 'earliest' },
  )
}

serve(connect)
