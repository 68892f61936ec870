import type { BrokerSettings, ConfigValue } from './options'
import type { Release } from './profile'

/** What a release has other defaults for. */
const ofRelease: Readonly<Record<Release, Readonly<Record<string, ConfigValue>>>> = {
  '4.3': {},
  // A record may be from any time ahead.
  '2.8': { 'log.message.timestamp.after.max.ms': String(0x7fffffffffffffffn) },
}

/** Kafka's is 9 s: a test waits for it each time that a broker is killed. */
const sessionTimeoutMs = 1000

/** Kafka's configs as the options set them; what was not said suits tests and the number of brokers. */
export function configsOf({
  brokers,
  config,
  versions,
}: BrokerSettings): Readonly<Record<string, ConfigValue>> {
  const replication = Math.min(brokers, 3)
  return {
    'broker.session.timeout.ms': sessionTimeoutMs,
    'default.replication.factor': replication,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': Math.min(replication, 2),
    ...ofRelease[versions],
    ...config,
  }
}
