import { EmbeddedKafka } from 'rx-kafka/broker'
import type { NewTopic, Stage } from './stage'

/** Three brokers inside this process. */
export async function openEmbeddedStage({ name, partitions }: NewTopic): Promise<Stage> {
  const kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [name]: { partitions } } })
  return {
    bootstrap: kafka.bootstrap,
    description: `three brokers run inside this process, at ${kafka.bootstrap}`,
    async moveLeader(_, at) {
      const partition = kafka.partition(at.topic, at.partition)
      const before = partition.leader
      partition.moveLeader()
      return `partition ${at.partition} moves from broker ${before} to broker ${partition.leader}`
    },
    close: () => kafka.close(),
  }
}
