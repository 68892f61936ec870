/** What differs between the releases of Apache Kafka that the tests run on. */
export interface Release {
  /** Maven coordinates, `group:artifact:version`. */
  readonly dependencies: readonly string[]
  /** Size of its jars, for the message that says they are missing. */
  readonly megabytes: number
  readonly quorum: 'kraft' | 'zookeeper'
  readonly logging: 'log4j' | 'log4j2'
  /** The broker's address is set by `host.name` and `port`, before listeners existed. */
  readonly hostAndPort?: true
  /** Metadata lists no broker while there is no topic. */
  readonly unlistedWithoutTopic?: true
  /** Loading its classes takes long enough for a shared class archive to pay. */
  readonly archive?: true
}

const core = (scala: string, version: string) => `org.apache.kafka:kafka_${scala}:${version}`
const tools = (version: string) => `org.apache.kafka:kafka-tools:${version}`
/** Gone from the JDK since 11, and wanted by brokers of 0.10.2 and 0.11 at start. */
const jaxb = 'javax.xml.bind:jaxb-api:2.3.1'
const zookeeper = { quorum: 'zookeeper', logging: 'log4j' } as const

export const releases = {
  '4.3.1': {
    dependencies: [core('2.13', '4.3.1'), tools('4.3.1'), 'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'],
    megabytes: 55,
    quorum: 'kraft',
    logging: 'log4j2',
    archive: true,
  },
  '3.9.1': {
    dependencies: [core('2.13', '3.9.1'), tools('3.9.1')],
    megabytes: 56,
    quorum: 'kraft',
    logging: 'log4j',
    archive: true,
  },
  '2.8.2': { ...zookeeper, dependencies: [core('2.13', '2.8.2'), tools('2.8.2')], megabytes: 43 },
  '1.1.1': {
    ...zookeeper,
    dependencies: [core('2.11', '1.1.1'), 'org.slf4j:slf4j-log4j12:1.7.25'],
    megabytes: 26,
  },
  '0.11.0.3': { ...zookeeper, dependencies: [core('2.12', '0.11.0.3'), jaxb], megabytes: 14 },
  '0.10.2.2': { ...zookeeper, dependencies: [core('2.12', '0.10.2.2'), jaxb], megabytes: 14 },
  '0.10.0.1': { ...zookeeper, dependencies: [core('2.11', '0.10.0.1')], megabytes: 16 },
  '0.9.0.1': { ...zookeeper, dependencies: [core('2.11', '0.9.0.1')], megabytes: 16 },
  '0.8.2.2': {
    ...zookeeper,
    dependencies: [core('2.11', '0.8.2.2')],
    megabytes: 14,
    hostAndPort: true,
    unlistedWithoutTopic: true,
  },
} as const satisfies Record<string, Release>

export type KafkaVersion = keyof typeof releases

export const newestRelease: KafkaVersion = '4.3.1'

/** Serves every release that wants ZooKeeper: older ones once spun on a probe, and 3.8 serves all of them. */
export const zookeeperRelease: KafkaVersion = '3.9.1'

export function kafkaVersion(text: string): KafkaVersion {
  if (Object.hasOwn(releases, text)) return text as KafkaVersion
  throw new RangeError(
    `Kafka ${text} is not among the releases the tests know: ${Object.keys(releases).join(', ')}`,
  )
}

/** The release whose tools to use with a cluster: its own if we have it, else the newest. */
export function toolRelease(version: string): KafkaVersion {
  return Object.hasOwn(releases, version) ? (version as KafkaVersion) : newestRelease
}

export function releaseOf(version: KafkaVersion): Release {
  return releases[version]
}
