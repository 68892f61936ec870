import type { EmbeddedKafkaOptions, Release, TopicOptions } from 'rx-kafka/broker'
import { assignment, none, oneOf, parse, wholeNumber } from '../arguments'
import { topicAndPartitions } from '../topic-argument'

const gibibyte = 1024 * 1024 * 1024

const options = {
  brokers: { type: 'string', default: '1' },
  host: { type: 'string', default: '127.0.0.1' },
  'advertised-host': { type: 'string' },
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
      advertisedHost: values['advertised-host'],
      brokers: wholeNumber('--brokers', values.brokers, 1, 100)!,
      port: wholeNumber('--port', values.port, 0, 65_535)!,
      versions: oneOf('--versions', values.versions, versions),
      topics: Object.fromEntries(values.topic.map(topicOf)),
      config: Object.fromEntries(values.config.map(text => assignment('--config', text))),
      ...(retentionBytes > 0 ? { retentionBytes } : {}),
    },
    verbose: values.verbose,
  }
}

function topicOf(text: string): [string, TopicOptions] {
  const { name, partitions } = topicAndPartitions('--topic', text)
  return [name, { partitions }]
}
