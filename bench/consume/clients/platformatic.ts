import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Connect, ConsumeOrder } from '../client'
import { serve } from '../serve'
import type { Tally } from '../tally'

interface Library {
  readonly Consumer: new (options: object) => PlatformaticConsumer
}

interface PlatformaticConsumer {
  consume(options: object): Promise<PlatformaticStream>
  close(force: boolean): Promise<void>
}

interface PlatformaticMessage {
  readonly partition: number
  readonly offset: bigint
  readonly value: Buffer
}

interface PlatformaticStream extends AsyncIterable<PlatformaticMessage> {
  on(event: 'data', listener: (message: PlatformaticMessage) => void): this
  on(event: 'error', listener: (error: unknown) => void): this
  close(): Promise<void>
}

const connect: Connect = async (order, tally) => {
  const { topic, task } = order
  const consumer = consumerOf(order)
  const listen = order.options['style'] === 'await' ? iterate : hear
  const begin = async (from: object): Promise<PlatformaticStream> => {
    const stream = await consumer.consume({ topics: [topic], ...from })
    stream.on('error', error => tally.failed(error))
    listen(stream, tally)
    return stream
  }
  let stream = await begin({ mode: task.ends ? 'earliest' : 'latest' })
  const partitions = task.ends?.length ?? 0
  const offsets = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0n }))
  let ended = 0
  const again = async (): Promise<void> => {
    await stream.close()
    stream = await begin({ mode: 'manual', offsets })
  }
  return {
    // It cannot seek: once all partitions have ended another stream begins.
    rewind() {
      if (++ended % partitions === 0) again().catch(error => tally.failed(error))
    },
    async close() {
      await stream.close()
      await consumer.close(true)
    },
  }
}

function consumerOf({ bootstrap, task, options }: ConsumeOrder): PlatformaticConsumer {
  const load = createRequire(join(String(options['folder']), 'package.json'))
  const { Consumer } = load('@platformatic/kafka') as Library
  return new Consumer({
    clientId: 'bench',
    bootstrapBrokers: bootstrap.split(','),
    groupId: task.group,
    autocommit: task.commits ? 1000 : false,
    maxBytes: 1_048_576,
    maxWaitTime: 500,
  })
}

function hear(stream: PlatformaticStream, tally: Tally): void {
  stream.on('data', ({ partition, offset, value }) => tally.message(partition, Number(offset), value))
}

function iterate(stream: PlatformaticStream, tally: Tally): void {
  const reading = async (): Promise<void> => {
    for await (const { partition, offset, value } of stream) tally.message(partition, Number(offset), value)
  }
  reading().catch((error: unknown) => tally.failed(error))
}

serve(connect)
