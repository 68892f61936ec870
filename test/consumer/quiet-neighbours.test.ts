import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, OFFSET_EARLIEST, VirtualClock, seededRandom, type Batch } from '../../src'
import { EmbeddedKafka, type Pace } from '../../src/broker'
import { MemoryNetwork } from '../../src/network'

const messages = 20_000
const value = Buffer.alloc(1024, '.')

interface Road {
  /** Each way. */
  readonly latencyMs: number
  readonly pace?: Pace
  /** That the handler takes for a batch. */
  readonly handlerMs: number
}

/** How long it takes to read the messages of one partition, in virtual ms, beside so many in which nothing is written. */
async function msToRead(quiet: number, { latencyMs, pace, handlerMs }: Road): Promise<number> {
  const clock = new VirtualClock()
  // So wide that the latency is all that the network costs.
  const network = new MemoryNetwork(clock, { latencyMs, windowBytes: 64 * 1024 * 1024 })
  const random = seededRandom(1)
  const kafka = await clock.outcomeOf(
    EmbeddedKafka.start({ topics: { orders: { partitions: quiet + 1 } }, network, clock, random }),
  )
  const busy = kafka.partition('orders', Math.floor(quiet / 2))
  for (let i = 0; i < messages; i += 100) busy.append(Array.from({ length: 100 }, () => ({ value })))
  if (pace) kafka.broker(1).setPace(pace)
  const client = new KafkaClient(kafka.bootstrap, { ...kafka.clientOptions, random })
  const consumer = new Consumer(client, 'orders')
  let [read, began] = [0, 0]
  const handler = ({ count }: Batch): Promise<void> | undefined => {
    began ||= clock.now()
    read += count
    return handlerMs > 0 ? new Promise(resolve => clock.after(handlerMs, resolve)) : undefined
  }
  consumer.process(handler, { from: OFFSET_EARLIEST }).subscribe({ error: assert.unreachable })
  await clock.until(() => read === messages)
  const took = clock.now() - began
  await clock.outcomeOf(client.close({ timeoutMs: 1000 }))
  await clock.outcomeOf(kafka.close())
  return took
}

const roads: Readonly<Record<string, Road>> = {
  'a distant broker': { latencyMs: 5, handlerMs: 0 },
  'a slow network': { latencyMs: 1, handlerMs: 0, pace: { writeBytesPerSecond: 20e6 } },
  'a handler that is nearly as fast as the broker': { latencyMs: 1, handlerMs: 3 },
  'a handler that takes its time': { latencyMs: 1, handlerMs: 20 },
  'a handler that is about as fast as the network': { latencyMs: 5, handlerMs: 5 },
}

for (const [name, road] of Object.entries(roads))
  test(`with ${name} a busy partition keeps 90 % of its rate beside 99 quiet ones`, async () => {
    const alone = await msToRead(0, road)
    const beside = await msToRead(99, road)
    assert.ok(
      beside <= alone / 0.9,
      `${messages} messages in ${alone} ms alone, in ${beside} ms beside 99 quiet ones`,
    )
  })

test.run()
