import { join } from 'node:path'
import { ensureKafka, type KafkaVersion } from '../kafka'
import { jdkProgram } from '../kafka/java'
import { run } from '../kafka/run'

/** A message as Kafka's own table has it: a file of `common/message` in its jar. */
export interface MessageTable {
  readonly name: string
  readonly type: string
  readonly apiKey?: number
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly latestVersionUnstable?: boolean
  readonly commonStructs?: readonly StructTable[]
  readonly fields: readonly FieldTable[]
}

export interface StructTable {
  readonly name: string
  readonly fields: readonly FieldTable[]
}

export interface FieldTable {
  readonly name: string
  readonly type: string
  readonly versions?: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly flexibleVersions?: string
  readonly default?: string | number | boolean
  readonly ignorable?: boolean
  readonly fields?: readonly FieldTable[]
}

export interface ErrorTable {
  readonly code: number
  readonly name: string
  readonly retriable: boolean
}

export interface KafkaTables {
  readonly messages: ReadonlyMap<string, MessageTable>
  readonly errors: readonly ErrorTable[]
}

const source = join(__dirname, '../../../../test/support/audit/KafkaTables.java')

/** Reads the tables out of the kafka-clients jar of a release. */
export async function kafkaTables(version: KafkaVersion): Promise<KafkaTables> {
  const { classPath } = await ensureKafka(version)
  const { code, stdout, stderr } = await run(jdkProgram('java'), ['-cp', classPath, source])
  if (code !== 0) throw new Error(`reading the tables of Kafka ${version}: exit code ${code}\n${stderr}`)
  const lines = stdout.trimEnd().split('\n')
  const messages = lines.filter(line => line.startsWith('message ')).map(parseMessage)
  const errors = lines.filter(line => line.startsWith('error ')).map(parseError)
  return { messages: new Map(messages.map(message => [message.name, message])), errors }
}

function parseMessage(line: string): MessageTable {
  const json = Buffer.from(line.slice('message '.length), 'base64').toString()
  // Some comments stand behind a value, none within a text.
  return JSON.parse(json.replace(/(^|\s)\/\/ ?.*$/gm, '')) as MessageTable
}

function parseError(line: string): ErrorTable {
  const [, code, name, retriable] = line.split(' ')
  return { code: Number(code), name: name!, retriable: retriable === 'true' }
}
