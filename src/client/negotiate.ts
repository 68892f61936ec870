import { UnsupportedError } from '../kernel'
import type { BrokerVersions } from '../network'
import type { Api } from '../protocol'

/**
 * Bodies that lower the version: the highest one that can carry this body. Fields with topic ids are ignorable
 * in Kafka's definitions, so a body with names only would be encoded with a zero id, without an error.
 */
type Cap = (body: Record<string, unknown>, versions: BrokerVersions) => number

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA'

const caps: Readonly<Record<string, Cap>> = {
  Produce: (body, versions) =>
    Math.min(hasTopicIds(body['topicData']) ? Infinity : 12, hasTransactionsV2(versions) ? Infinity : 11),
  Fetch: body => (hasTopicIds(body['topics']) && hasTopicIds(body['forgottenTopicsData']) ? Infinity : 12),
  OffsetCommit: body => (hasTopicIds(body['topics']) ? Infinity : 9),
  OffsetFetch: body => (hasTopicIdsInGroups(body['groups']) ? Infinity : 9),
  EndTxn: (_, versions) => (hasTransactionsV2(versions) ? Infinity : 4),
  TxnOffsetCommit: (_, versions) => (hasTransactionsV2(versions) ? Infinity : 4),
  // From version 4 on this API is spoken between brokers.
  AddPartitionsToTxn: () => 3,
}

function hasTopicIds(topics: unknown): boolean {
  if (!Array.isArray(topics)) return true
  return topics.every(({ topicId }: { topicId?: string }) => topicId !== undefined && topicId !== zeroId)
}

function hasTopicIdsInGroups(groups: unknown): boolean {
  return !Array.isArray(groups) || groups.every(({ topics }: { topics?: unknown }) => hasTopicIds(topics))
}

function hasTransactionsV2(versions: BrokerVersions): boolean {
  return (versions.finalizedFeatures.get('transaction.version') ?? 0) >= 2
}

/** The highest version that can carry this body on a broker with these versions and features. */
export function capOf(api: Api, body: object, versions: BrokerVersions): number {
  return caps[api.name]?.(body as Record<string, unknown>, versions) ?? Infinity
}

interface Wish {
  readonly broker: string
  /** The highest version that can carry the body. */
  readonly cap: number
  /** A version asked for by the caller, which then must be served. */
  readonly wanted?: number | undefined
}

/** The highest version that both sides know, at most `cap`. */
export function chooseVersion(api: Api, versions: BrokerVersions, { broker, cap, wanted }: Wish): number {
  const [first, last] = api.versions
  const served = versions.apis.get(api.key)
  if (served === undefined)
    throw new UnsupportedError(`${broker} does not serve ${api.name}; it needs a newer broker`)
  const version = wanted ?? Math.min(last, served.max, cap)
  if (version >= Math.max(first, served.min) && version <= Math.min(last, served.max)) return version
  throw new UnsupportedError(
    `${broker} serves ${api.name} ${served.min} to ${served.max}, this client ${first} to ${last}, ` +
      (wanted === undefined ? `this body at most ${Math.min(cap, last)}` : `version ${wanted} was asked for`),
  )
}
