import { layoutOf, type Api, type Layout, type Side } from '../../../src/protocol'
import { versionsLeftOut } from './deliberate'
import type { Fact } from './fact'
import { covers, kafkaFacts, rangeOf } from './kafka-facts'
import type { KafkaTables, MessageTable } from './kafka-tables'
import { ourFacts } from './our-facts'

/** One thing that the two sources say differently. */
export interface Difference {
  /** Without the version: `Produce request topicData[].name.ignorable`. */
  readonly what: string
  readonly version: number | null
  readonly kafka: unknown
  readonly ours: unknown
}

const sides = { request: 'Request', response: 'Response' } as const satisfies Record<Side, string>

/** The newest release decides for its versions, the older one for those that the newest has dropped. */
export function compareApi(api: Api, newest: KafkaTables, older: KafkaTables): Difference[] {
  return (['request', 'response'] as const).flatMap(side => {
    const table = newest.messages.get(api.name + sides[side])
    if (!table) return [difference(api.name, null, 'no such API', api.key)]
    const before = older.messages.get(api.name + sides[side])
    return [
      ...compareHead(api, table, before),
      ...compareLayout(layoutOf(api, side), `${api.name} ${side}`, table, before),
    ]
  })
}

function compareHead(api: Api, table: MessageTable, before: MessageTable | undefined): Difference[] {
  const kafka = {
    key: table.apiKey,
    versions: versionsOf(table, api.name in versionsLeftOut ? undefined : before),
    flexible: rangeOf(table.flexibleVersions)?.first ?? null,
    lastVersionUnstable: table.latestVersionUnstable ?? false,
  }
  const { key, versions, flexible, lastVersionUnstable = false } = api
  const ours = { key, versions: versions.join(' to '), flexible, lastVersionUnstable }
  // A response does not say that its last version is unstable; its request does.
  const said = table.type === 'request' ? kafka : { ...kafka, lastVersionUnstable }
  return compareProperties(api.name, null, said, ours)
}

function versionsOf(table: MessageTable, before: MessageTable | undefined): string {
  const newest = rangeOf(table.validVersions)!
  const older = rangeOf(before?.validVersions)
  return [Math.min(newest.first, older?.first ?? Infinity), newest.last].join(' to ')
}

/** Every version of a layout, field by field. */
export function compareLayout(
  layout: Layout,
  name: string,
  table: MessageTable,
  before?: MessageTable,
): Difference[] {
  const [first, last] = layout.versions
  const differences: Difference[] = []
  for (let version = first; version <= last; version++) {
    const source = covers(table.validVersions, version) ? table : before
    if (source && covers(source.validVersions, version))
      differences.push(...compareFacts(name, version, kafkaFacts(source, version), ourFacts(layout, version)))
    else differences.push(difference(name, version, 'no such version', 'defined'))
  }
  return differences
}

function compareFacts(
  name: string,
  version: number,
  kafka: readonly Fact[],
  ours: readonly Fact[],
): Difference[] {
  const order = compareProperties(name, version, { fields: orderOf(kafka) }, { fields: orderOf(ours) })
  const known = new Map(ours.map(fact => [fact.path, fact]))
  return [
    ...order,
    ...kafka.flatMap(fact => {
      const own = known.get(fact.path)
      return own ? compareProperties(`${name} ${fact.path}`, version, fact, own) : []
    }),
  ]
}

/** Tagged fields travel in the order of their numbers, wherever they are defined. */
function orderOf(facts: readonly Fact[]): string {
  const tagged = facts.filter(({ tag }) => tag !== null).map(({ path }) => path)
  const plain = facts.filter(({ tag }) => tag === null).map(({ path }) => path)
  return [...plain, ...tagged.sort()].join(' ')
}

function compareProperties(name: string, version: number | null, kafka: object, ours: object): Difference[] {
  const own = new Map<string, unknown>(Object.entries(ours))
  return Object.entries(kafka)
    .filter(([key, value]) => own.get(key) !== value)
    .map(([key, value]) => difference(`${name}.${key}`, version, value, own.get(key)))
}

function difference(what: string, version: number | null, kafka: unknown, ours: unknown): Difference {
  return { what, version, kafka, ours }
}
