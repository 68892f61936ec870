import type { KafkaCluster } from './cluster'
import { javaTool } from './java-tool'
import { kafkaVersion, type KafkaVersion } from './releases'

type Target = Pick<KafkaCluster, 'version' | 'bootstrap' | 'zookeeper'>

interface ConsoleTools {
  readonly producer: string
  readonly consumer: string
  /** How each is told where the cluster is. */
  readonly producerTarget: (to: Target) => string[]
  readonly consumerTarget: (from: Target) => string[]
}

const bootstrapServer = ({ bootstrap }: Target) => ['--bootstrap-server', bootstrap]
const brokerList = ({ bootstrap }: Target) => ['--broker-list', bootstrap]
const moved = 'org.apache.kafka.tools'

const tools28: ConsoleTools = {
  producer: 'kafka.tools.ConsoleProducer',
  consumer: 'kafka.tools.ConsoleConsumer',
  producerTarget: bootstrapServer,
  consumerTarget: bootstrapServer,
}
const tools011: ConsoleTools = { ...tools28, producerTarget: brokerList }
const tools010: ConsoleTools = {
  ...tools011,
  consumerTarget: from => ['--new-consumer', ...bootstrapServer(from)],
}

const consoleTools: Readonly<Record<KafkaVersion, ConsoleTools>> = {
  '4.3.1': {
    ...tools28,
    producer: `${moved}.ConsoleProducer`,
    consumer: `${moved}.consumer.ConsoleConsumer`,
  },
  '3.9.1': { ...tools28, consumer: `${moved}.consumer.ConsoleConsumer` },
  '2.8.2': tools28,
  '1.1.1': tools011,
  '0.11.0.3': tools011,
  '0.10.2.2': tools011,
  '0.10.0.1': tools010,
  '0.9.0.1': tools010,
  '0.8.2.2': { ...tools011, consumerTarget: ({ zookeeper = '' }) => ['--zookeeper', zookeeper] },
}

/** Sends one message for each line with the console producer of the cluster's own release. */
export async function consoleProduce(
  to: Target,
  topic: string,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<void> {
  const version = kafkaVersion(to.version)
  const { producer, producerTarget } = consoleTools[version]
  const stdin = lines.map(line => `${line}\n`).join('')
  await javaTool(version, producer, [...producerTarget(to), '--topic', topic, ...args], { stdin })
}

/** Reads so many messages of a topic from its beginning with the console consumer of the cluster's own release. */
export async function consoleConsume(
  from: Target,
  topic: string,
  count: number,
  args: readonly string[] = [],
): Promise<string[]> {
  const version = kafkaVersion(from.version)
  const { consumer, consumerTarget } = consoleTools[version]
  const limits = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000']
  const output = await javaTool(version, consumer, [
    ...consumerTarget(from),
    '--topic',
    topic,
    ...limits,
    ...args,
  ])
  return output.split('\n').slice(0, -1)
}
