import type { BrokerSettings, ConfigValue } from './options'

/** Kafka's configs as the options set them; what was not said follows from the number of brokers. */
export function configsOf({ brokers, config }: BrokerSettings): Readonly<Record<string, ConfigValue>> {
  const replication = Math.min(brokers, 3)
  return {
    'default.replication.factor': replication,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': Math.min(replication, 2),
    ...config,
  }
}
