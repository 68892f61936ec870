import type { KafkaClient } from '../../../src'

/** All messages of a partition, in order. */
export async function messagesIn(client: KafkaClient, topic: string, partition = 0) {
  const messages = []
  for (let offset = 0n; ;) {
    const [answer] = await client.sendFetchRequest([{ topic, partition, offset }], { maxWaitMs: 50 })
    messages.push(...answer!.messages)
    if (answer!.nextOffset >= answer!.highWatermark) return messages
    offset = answer!.nextOffset
  }
}

export async function valuesIn(client: KafkaClient, topic: string, partition = 0): Promise<string[]> {
  return (await messagesIn(client, topic, partition)).map(({ value }) => String(value))
}
