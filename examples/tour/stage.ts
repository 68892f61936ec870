import type { KafkaClient, TopicPartition } from 'rx-kafka'

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
