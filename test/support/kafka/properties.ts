import { loopback, type BrokerPlan } from './plan'

export type Properties = Readonly<Record<string, string | number | boolean>>

export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** A small, quick broker: few internal partitions, little memory, no wait before a first rebalance. */
function sharedProperties(brokers: number): Properties {
  const internalTopics = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']
  return {
    'num.partitions': 1,
    ...Object.fromEntries(internalTopics.map(topic => [`${topic}.replication.factor`, brokers])),
    ...Object.fromEntries(internalTopics.map(topic => [`${topic}.num.partitions`, 4])),
    'transaction.state.log.min.isr': Math.ceil(brokers / 2),
    'share.coordinator.state.topic.min.isr': Math.ceil(brokers / 2),
    'group.initial.rebalance.delay.ms': 0,
    // The default takes 128 MB of heap.
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.segment.bytes': 16_777_216,
    'log.index.size.max.bytes': 1_048_576,
    ...(brokers > 1 ? replicatedProperties(brokers) : {}),
  }
}

/** Failover within seconds instead of half a minute. */
const replicatedProperties = (brokers: number): Properties => ({
  'default.replication.factor': brokers,
  'min.insync.replicas': 1,
  'replica.lag.time.max.ms': 3000,
  'replica.fetch.wait.max.ms': 100,
  'replica.fetch.backoff.ms': 100,
  'leader.imbalance.check.interval.seconds': 5,
  'num.network.threads': 1,
  'num.io.threads': 2,
  'num.recovery.threads.per.data.dir': 1,
  'background.threads': 2,
})

/** A killed broker is missed, and may come back, after 3 s instead of 9. */
const electionProperties: Properties = {
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 500,
  'controller.quorum.election.timeout.ms': 500,
  'controller.quorum.fetch.timeout.ms': 1000,
}

/**
 * For a cluster whose brokers no case takes down. A broker that a busy machine holds up for some seconds remains the
 * leader: with the lead it would lose what was written with acks 0 and not yet copied.
 */
export const steady: Properties = {
  'replica.lag.time.max.ms': 30_000,
  'broker.session.timeout.ms': 18_000,
}

/** A combined broker and controller. */
export function kraftProperties(plan: BrokerPlan, all: readonly BrokerPlan[]): Properties {
  const clients = [
    `PLAINTEXT://${loopback}:${plan.port}`,
    ...plan.listeners.map(({ name, port }) => `${name}://${loopback}:${port}`),
  ]
  const protocols = plan.listeners.map(({ name, protocol }) => `${name}:${protocol}`)
  return {
    ...sharedProperties(all.length),
    'process.roles': 'broker,controller',
    'node.id': plan.id,
    'broker.rack': `r${plan.id}`,
    'controller.quorum.bootstrap.servers': all.map(one => `${loopback}:${one.controllerPort}`).join(),
    listeners: [...clients, `CONTROLLER://${loopback}:${plan.controllerPort}`].join(),
    'advertised.listeners': clients.join(),
    'listener.security.protocol.map': ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...protocols].join(),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': plan.dataFolder,
    ...electionProperties,
  }
}

export function zookeeperBrokerProperties(
  plan: BrokerPlan,
  all: readonly BrokerPlan[],
  zookeeper: string,
  hostAndPort: boolean,
): Properties {
  const address: Properties = hostAndPort
    ? {
        'host.name': loopback,
        port: plan.port,
        'advertised.host.name': loopback,
        'advertised.port': plan.port,
      }
    : { listeners: `PLAINTEXT://${loopback}:${plan.port}` }
  return {
    ...sharedProperties(all.length),
    ...address,
    'broker.id': plan.id,
    'zookeeper.connect': zookeeper,
    // A killed broker may come back only when its session is over.
    'zookeeper.session.timeout.ms': 2000,
    'log.dirs': plan.dataFolder,
  }
}

export function zookeeperProperties(dataFolder: string, port: number): Properties {
  return {
    tickTime: 500,
    dataDir: dataFolder,
    clientPort: port,
    clientPortAddress: loopback,
    maxClientCnxns: 0,
    'admin.enableServer': false,
    '4lw.commands.whitelist': '*',
  }
}

export const loggingProperties: Readonly<Record<'log4j' | 'log4j2', Properties>> = {
  log4j: {
    'log4j.rootLogger': 'INFO, stdout',
    'log4j.appender.stdout': 'org.apache.log4j.ConsoleAppender',
    'log4j.appender.stdout.layout': 'org.apache.log4j.PatternLayout',
    'log4j.appender.stdout.layout.ConversionPattern': '[%d] %p %m (%c)%n',
  },
  log4j2: {
    'rootLogger.level': 'warn',
    'rootLogger.appenderRef.c.ref': 'c',
    'appender.c.type': 'Console',
    'appender.c.name': 'c',
    'appender.c.layout.type': 'PatternLayout',
    'appender.c.layout.pattern': '%d %p %c{1} %m%n',
    'logger.s.name': 'kafka.server.KafkaRaftServer',
    'logger.s.level': 'info',
  },
}
