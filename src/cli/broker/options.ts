import {
  brokerConfigNames,
  type EmbeddedKafkaOptions,
  type Release,
  type TopicOptions,
} from 'rx-kafka/broker'
import { assignment, none, oneOf, parse, wholeNumber } from '../arguments'
import { didYouMean } from '../nearest'
import { topicAndPartitions } from '../topic-argument'
import { UsageError } from '../usage-error'

const gibibyte = 1024 * 1024 * 1024

const options = {
  brokers: { type: 'string', default: '1' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '9092' },
  topic: { type: 'string', multiple: true, default: [] as string[] },
  config: { type: 'string', multiple: true, default: [] as string[] },
  versions: { type: 'string', default: '4.3' },
  'retention-bytes': { type: 'string', default: String(gibibyte) },
  verbose: { type: 'boolean', short: 'v', default: false },
} as const

const versions: Readonly<Record<Release, Release>> = { '4.3': '4.3', '2.8': '2.8' }

interface BrokerOptions {
  readonly kafka: EmbeddedKafkaOptions
  readonly verbose: boolean
}

export function brokerOptions(args: readonly string[]): BrokerOptions {
  const { values, positionals } = parse(args, options)
  none(positionals)
  const retentionBytes = wholeNumber('--retention-bytes', values['retention-bytes'], -1, 2 ** 53 - 1)!
  return {
    kafka: {
      host: values.host,
      brokers: wholeNumber('--brokers', values.brokers, 1, 100)!,
      port: wholeNumber('--port', values.port, 0, 65_535)!,
      versions: oneOf('--versions', values.versions, versions),
      topics: Object.fromEntries(values.topic.map(topicOf)),
      config: Object.fromEntries(values.config.map(settingOf)),
      ...(retentionBytes > 0 ? { retentionBytes } : {}),
    },
    verbose: values.verbose,
  }
}

/** A name that Kafka does not know is a typing mistake. */
function settingOf(text: string): [name: string, value: string] {
  const [name, value] = assignment('--config', text)
  if (brokerConfigNames.includes(name)) return [name, value]
  const hint = didYouMean(name, brokerConfigNames)
  throw new UsageError(`--config: "${name}" is no setting of Kafka's brokers${hint}`)
}

function topicOf(text: string): [string, TopicOptions] {
  const { name, partitions } = topicAndPartitions('--topic', text)
  return [name, { partitions }]
}
