import { assignment, none, parse, wholeNumber } from '../arguments'
import { connectionOptions, type ConnectionValues } from '../connection'
import { didYouMean } from '../nearest'
import { topicAndPartitions } from '../topic-argument'
import { UsageError } from '../usage-error'

/** What `topics create` makes. */
export interface WantedTopic {
  readonly name: string
  /** -1: what the cluster takes. */
  readonly partitions: number
  /** -1: what the cluster takes. */
  readonly replicationFactor: number
  readonly configs: readonly { readonly name: string; readonly value: string }[]
}

interface Shared {
  readonly connection: ConnectionValues
  readonly json: boolean
}

export type TopicsOptions =
  | (Shared & { readonly action: 'list' })
  | (Shared & { readonly action: 'create'; readonly wanted: readonly WantedTopic[] })
  /** No names: all topics. */
  | (Shared & { readonly action: 'describe' | 'delete'; readonly names: readonly string[] })

const options = {
  ...connectionOptions,
  partitions: { type: 'string' },
  'replication-factor': { type: 'string' },
  config: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const

const actions = ['list', 'create', 'describe', 'delete']

export function topicsOptions(args: readonly string[]): TopicsOptions {
  const { values, positionals } = parse(args, options)
  const [action, ...names] = positionals
  const shared = { connection: values, json: values.json }
  if (action !== 'create') refuseCreation(values)
  switch (action) {
    case 'list':
      none(names)
      return { ...shared, action }
    case 'create':
      return { ...shared, action, wanted: named(names, action).map(name => wantedTopic(name, values)) }
    case 'describe':
      return { ...shared, action, names }
    case 'delete':
      return { ...shared, action, names: named(names, action) }
    default:
      throw new UsageError(noAction(action))
  }
}

function noAction(action: string | undefined): string {
  const all = `${actions.slice(0, -1).join(', ')} or ${actions.at(-1)}`
  return action === undefined ? `give ${all}` : `"${action}" is none of ${all}${didYouMean(action, actions)}`
}

interface CreationValues {
  readonly partitions?: string
  readonly 'replication-factor'?: string
  readonly config?: readonly string[]
}

function refuseCreation(values: CreationValues): void {
  const given = (['partitions', 'replication-factor', 'config'] as const).find(
    name => values[name] !== undefined,
  )
  if (given !== undefined) throw new UsageError(`--${given} belongs to create`)
}

function named(names: readonly string[], action: string): readonly string[] {
  if (names.length > 0) return names
  throw new UsageError(`topics ${action} needs the name of a topic`)
}

function wantedTopic(text: string, values: CreationValues): WantedTopic {
  const { name, partitions = wholeNumber('--partitions', values.partitions, 1) ?? -1 } = topicAndPartitions(
    'topics create',
    text,
  )
  return {
    name,
    partitions,
    replicationFactor: wholeNumber('--replication-factor', values['replication-factor'], 1, 0x7fff) ?? -1,
    configs: (values.config ?? []).map(setting => {
      const [key, value] = assignment('--config', setting)
      return { name: key, value }
    }),
  }
}
