import type { BrokerConfig } from '../configs'
import type { Coordinated } from './coordinators'

export interface CoordinatorTopic {
  readonly partitions: number
  readonly replication: number
  readonly configs: Readonly<Record<string, string>>
}

/** How the topic is made that coordinators of this kind work from. */
export function coordinatorTopic(kind: Coordinated, config: BrokerConfig): CoordinatorTopic {
  return kind === 'group' ? offsetsTopic(config) : transactionsTopic(config)
}

function offsetsTopic(config: BrokerConfig): CoordinatorTopic {
  return {
    partitions: config.int('offsets.topic.num.partitions'),
    replication: config.int('offsets.topic.replication.factor'),
    configs: {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': String(config.int('offsets.topic.segment.bytes')),
    },
  }
}

function transactionsTopic(config: BrokerConfig): CoordinatorTopic {
  return {
    partitions: config.int('transaction.state.log.num.partitions'),
    replication: config.int('transaction.state.log.replication.factor'),
    configs: {
      'cleanup.policy': 'compact',
      'compression.type': 'uncompressed',
      'min.insync.replicas': String(config.int('transaction.state.log.min.isr')),
      'segment.bytes': String(config.int('transaction.state.log.segment.bytes')),
      'unclean.leader.election.enable': 'false',
    },
  }
}
