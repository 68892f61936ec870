import type { KafkaCluster } from './cluster'
import { javaTool } from './java-tool'
import { toolRelease, type KafkaVersion } from './releases'

type Target = Pick<KafkaCluster, 'version' | 'bootstrap'>

interface ConsoleTools {
  readonly producer: string
  readonly consumer: string
  /** The options that say where the cluster is, without the address. */
  readonly producerTarget: string
  readonly consumerTarget: readonly string[]
  /** The options for reading from the beginning and not for ever. */
  readonly consumerLimits: readonly string[]
}

const moved = 'org.apache.kafka.tools'

const since2: ConsoleTools = {
  producer: 'kafka.tools.ConsoleProducer',
  consumer: 'kafka.tools.ConsoleConsumer',
  producerTarget: '--bootstrap-server',
  consumerTarget: ['--bootstrap-server'],
  consumerLimits: ['--from-beginning', '--timeout-ms', '30000'],
}
const since010: ConsoleTools = { ...since2, producerTarget: '--broker-list' }
const since09: ConsoleTools = { ...since010, consumerTarget: ['--new-consumer', '--bootstrap-server'] }
/** Its console consumer knows only ZooKeeper; this one reads partition 0. */
const since08: ConsoleTools = {
  ...since010,
  consumer: 'kafka.tools.SimpleConsumerShell',
  consumerTarget: ['--broker-list'],
  consumerLimits: ['--partition', '0', '--offset', '-2', '--no-wait-at-logend'],
}

const consoleTools: Readonly<Record<KafkaVersion, ConsoleTools>> = {
  '4.3.1': { ...since2, producer: `${moved}.ConsoleProducer`, consumer: `${moved}.consumer.ConsoleConsumer` },
  '3.9.1': { ...since2, consumer: `${moved}.consumer.ConsoleConsumer` },
  '2.8.2': since2,
  '1.1.1': since010,
  '0.11.0.3': since010,
  '0.10.2.2': since010,
  '0.10.0.1': since09,
  '0.9.0.1': since09,
  '0.8.2.2': since08,
}

/**
 * Left to itself the producer of an old release asks for no acknowledgement and may end before all is sent; and each
 * message would wait a second for company.
 */
const surely = ['--sync', '--request-required-acks', '-1', '--timeout', '0']

/** Writes one message for each line with the console producer of the cluster's release. */
export async function consoleProduce(
  to: Target,
  topic: string,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<void> {
  const version = toolRelease(to.version)
  const { producer, producerTarget } = consoleTools[version]
  const stdin = lines.map(line => `${line}\n`).join('')
  const where = [producerTarget, to.bootstrap, '--topic', topic]
  await javaTool(version, producer, [...where, ...surely, ...args], { stdin })
}

/** Reads so many messages of a topic from its beginning with the console consumer of the cluster's release. */
export async function consoleConsume(
  from: Target,
  topic: string,
  count: number,
  args: readonly string[] = [],
): Promise<string[]> {
  const version = toolRelease(from.version)
  const { consumer, consumerTarget, consumerLimits } = consoleTools[version]
  const where = [...consumerTarget, from.bootstrap, '--topic', topic]
  const limits = ['--max-messages', String(count), ...consumerLimits]
  const output = await javaTool(version, consumer, [...where, ...limits, ...args])
  return output.split('\n').slice(0, -1)
}
