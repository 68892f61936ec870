import { KafkaClient, Producer, type OutgoingMessage } from '../../../src'
import type { Connect, Heard, ProduceClient } from '../client'
import { serve } from '../serve'

type Deliver = (call: number) => ReturnType<Producer['send'] | Producer['sendMessages']>
type Listen = (deliver: Deliver, call: number, heard: Heard) => void

/** How the end of a delivery is heard. */
const styles: Readonly<Record<string, Listen>> = {
  subscribe: (deliver, call, heard) => void deliver(call).subscribe(heard),
  then: (deliver, call, heard) =>
    void deliver(call).then(
      () => heard.next(),
      (error: unknown) => heard.error(error),
    ),
  await: (deliver, call, heard) => void awaited(deliver, call, heard),
}

async function awaited(deliver: Deliver, call: number, heard: Heard): Promise<void> {
  try {
    await deliver(call)
    heard.next()
  } catch (error) {
    heard.error(error)
  }
}

const connect: Connect = async ({ bootstrap, topic, task, options }, { values, keys }) => {
  const { acks, idempotent, compression, perCall } = task
  const client = new KafkaClient(bootstrap)
  const producer = new Producer(client, { acks, idempotent, compression })
  const keyOf = (call: number) => keys[call % keys.length]!
  const valueOf = (message: number) => values[message % values.length]!
  const one: Deliver = call => producer.send({ topic, key: keyOf(call), value: valueOf(call) })
  const many: Deliver = call =>
    producer.sendMessages(
      topic,
      keyOf(call),
      Array.from({ length: perCall }, (_, index) => valueOf(call * perCall + index)),
    )
  const deliver = perCall === 1 ? one : many
  const listen = styles[options['style'] ?? 'subscribe']!
  const ours: ProduceClient = {
    send: (call, heard) => listen(deliver, call, heard),
    ready: () => producer.ready(),
    sendAll: sendAllOf(producer, call => ({ topic, key: keyOf(call), value: valueOf(call) })),
    close: async () => {
      await producer.close()
      await client.close()
    },
  }
  return ours
}

function sendAllOf(
  producer: Producer,
  messageOf: (index: number) => OutgoingMessage,
): ProduceClient['sendAll'] {
  return async (count, heard) => {
    const results = producer.sendAll(messages(count, messageOf), { maxInFlight: 10_000 })
    await new Promise<void>(resolve =>
      results.subscribe({
        next: () => heard.next(),
        error: (error: unknown) => (heard.error(error), resolve()),
        complete: resolve,
      }),
    )
  }
}

function* messages(count: number, messageOf: (index: number) => OutgoingMessage): Iterable<OutgoingMessage> {
  for (let index = 0; index < count; index++) yield messageOf(index)
}

serve(connect)
