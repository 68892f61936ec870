import {
  consoleConsume,
  consoleProduce,
  javaCommand,
  javaTool,
  newestRelease,
  type KafkaCluster,
} from '../kafka'
import type { ClientAtWork, Sample, Seen } from './client'
import { ClientProcess } from './process'

type Target = Pick<KafkaCluster, 'version' | 'bootstrap'>

/** On SIGTERM a JVM ends with this, after it has closed its consumer. */
const terminated = 143

/** Java's client, in the hands of Kafka's own console tools. */
export function javaConsole(target: Target): ClientAtWork {
  const where = ['--bootstrap-server', target.bootstrap]
  return {
    async create({ name, partitions, replication }) {
      const counts = ['--partitions', String(partitions), '--replication-factor', String(replication)]
      const args = [...where, '--create', '--topic', name, ...counts]
      await javaTool(newestRelease, 'org.apache.kafka.tools.TopicCommand', args)
    },
    produce({ topic, messages, codec, idempotent }) {
      const producer = ['--command-property', `enable.idempotence=${idempotent}`]
      const args = ['--compression-codec', codec, ...reading, ...producer]
      return consoleProduce(target, topic, messages.map(lineOf), args)
    },
    async write(topic) {
      const args = [...where, '--topic', topic, '--sync', '--timeout', '0', ...reading]
      const writer = await start('org.apache.kafka.tools.ConsoleProducer', args)
      return {
        write: messages => void writer.write(messages.map(message => `${lineOf(message)}\n`).join('')),
        close: () => writer.endInput().ended(),
      }
    },
    async consume({ topic, group, count }) {
      return (await consoleConsume(target, topic, count, ['--group', group, ...printing])).map(seenIn)
    },
    async join({ topic, group }) {
      const args = [...where, '--topic', topic, '--group', group, '--from-beginning', ...printing]
      const member = await start('org.apache.kafka.tools.consumer.ConsoleConsumer', args)
      return {
        seen: () => member.lines.map(seenIn),
        leave: () => member.signal('SIGTERM').ended(terminated),
      }
    },
  }
}

async function start(tool: string, args: readonly string[]): Promise<ClientProcess> {
  return new ClientProcess(await javaCommand(newestRelease, tool, args), `${tool} ${args.join(' ')}`)
}

const reading = ['parse.headers=true', 'parse.key=true', 'null.marker=NULL'].flatMap(setting => [
  '--reader-property',
  setting,
])

const printing = ['partition', 'offset', 'headers', 'key']
  .map(what => `print.${what}=true`)
  .concat('print.timestamp=false', 'null.literal=NULL')
  .flatMap(setting => ['--formatter-property', setting])

const lineOf = ({ headers, key, value }: Sample) =>
  [headersOf(headers), key ?? 'NULL', value ?? 'NULL'].join('\t')

const headersOf = (headers: Sample['headers']) =>
  headers.map(([name, one]) => `${name}:${String(one)}`).join(',')

/** `Partition:0  Offset:5  trace:7,second:b  key  value`, with tabs between. */
function seenIn(line: string): Seen {
  const [partition = '', offset = '', headers = '', key, value] = line.split('\t')
  return {
    partition: Number(partition.replace('Partition:', '')),
    offset: offset.replace('Offset:', ''),
    key: nullable(key),
    value: nullable(value),
    headers: headers.split(',').map((pair): [string, string] => {
      const [name = '', ...rest] = pair.split(':')
      return [name, rest.join(':')]
    }),
  }
}

const nullable = (text: string | undefined) => (text === undefined || text === 'NULL' ? null : text)
