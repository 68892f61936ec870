import { givenCluster, kafkaVersion, newestRelease, startKafka, steady, type KafkaCluster } from '../kafka'
import type { AloneOptions } from './case'
import { EmbeddedProvider } from './embedded-provider'
import { KafkaProvider } from './kafka-provider'
import type { Provider } from './provider'

/** How `npm run test:kafka` tells a test file, in the variable `RX_KAFKA_CLUSTER`, which cluster to use. */
export interface ClusterUnderTest extends KafkaCluster {
  readonly coreOnly: boolean
  /** It was named by `KAFKA_BROKERS`. */
  readonly given: boolean
}

/**
 * The brokers for the cases of this process: with `RX_KAFKA_EMBEDDED=1` or `3` so many embedded ones, else those of
 * `npm run test:kafka`, else those of `KAFKA_BROKERS`, else Apache Kafka `KAFKA_VERSION` (default the newest), started
 * for this one file.
 */
export async function openProvider(brokers: 1 | 3): Promise<Provider> {
  const { RX_KAFKA_EMBEDDED, RX_KAFKA_CLUSTER, KAFKA_BROKERS, KAFKA_VERSION } = process.env
  if (RX_KAFKA_EMBEDDED) return EmbeddedProvider.start(RX_KAFKA_EMBEDDED === '3' ? 3 : 1)
  if (RX_KAFKA_CLUSTER) return providerOf(JSON.parse(RX_KAFKA_CLUSTER) as ClusterUnderTest)
  if (KAFKA_BROKERS) {
    return providerOf({ ...(await givenCluster(KAFKA_BROKERS, KAFKA_VERSION)), coreOnly: false, given: true })
  }
  const version = kafkaVersion(KAFKA_VERSION ?? newestRelease)
  const cluster = await startKafka({ version, brokers, config: steady })
  return new KafkaProvider(cluster, { onClose: () => cluster.stopAll() })
}

function providerOf({ coreOnly, given, ...cluster }: ClusterUnderTest): Provider {
  if (given) return new KafkaProvider(cluster, { coreOnly, refusal: () => notOurs, tidy: true })
  const count = cluster.brokers.length
  // The plan has a row for one broker and one for three: a case that starts its own need not run in both.
  const refusal = ({ brokers = 1 }: AloneOptions) =>
    brokers === count ? undefined : `starts ${brokers} broker(s) of its own, here the tests run on ${count}`
  return new KafkaProvider(cluster, { coreOnly, refusal })
}

const notOurs = 'sets brokers up or takes them down, and those of KAFKA_BROKERS are not ours'
