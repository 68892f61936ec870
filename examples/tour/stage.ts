import type { KafkaClient, TopicPartition } from 'rx-kafka'
import { EmbeddedKafka } from 'rx-kafka/broker'
import { openGivenStage } from './given-stage'

/** Where the tour takes place. */
export interface Stage {
  /** `host:port,...` */
  readonly bootstrap: string
  /** In words. */
  readonly description: string
  /** Has another broker lead this partition; answers what became of it, in words. */
  moveLeader(client: KafkaClient, at: TopicPartition): Promise<string>
  close(): Promise<void>
}

export interface NewTopic {
  readonly name: string
  readonly partitions: number
}

/** A cluster with this topic: the given one, or three brokers inside this process. */
export function openStage(bootstrap: string | undefined, topic: NewTopic): Promise<Stage> {
  return bootstrap === undefined ? openEmbeddedStage(topic) : openGivenStage(bootstrap, topic)
}

async function openEmbeddedStage({ name, partitions }: NewTopic): Promise<Stage> {
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
