import { ArgumentError } from '../kernel'
import type { Purpose } from './broker'

/** Whom a request is for. */
export type Target =
  | { readonly to: 'any' }
  | { readonly to: 'controller' }
  | { readonly to: 'leader' }
  | { readonly to: 'node'; readonly id: number }
  | { readonly to: 'coordinator'; readonly type: CoordinatorType; readonly key: string }

export const coordinatorTypes = { group: 0, transaction: 1, share: 2 } as const
export type CoordinatorType = keyof typeof coordinatorTypes

export interface Route {
  readonly target: (body: Body) => Target
  /** Which connection to that broker; nothing the broker may hold back shares one with anything else. */
  readonly purpose: (body: Body) => Purpose
  /** Whether it may be asked again when it is not known if the broker got it. */
  readonly repeatable: boolean
  /** How long the broker may hold it back on purpose, in ms, before its own timeout begins. */
  readonly heldMs: (body: Body) => number
}

type Body = Readonly<Record<string, unknown>>

const any: Route = { target: () => ({ to: 'any' }), purpose: () => 'main', repeatable: true, heldMs: () => 0 }
const controller: Route = { ...any, target: () => ({ to: 'controller' }), repeatable: false }
const leader: Route = { ...any, target: () => ({ to: 'leader' }) }

const group = (field = 'groupId', lane: 'group' | 'join' | 'heartbeat' = 'group'): Route => ({
  ...any,
  target: body => ({ to: 'coordinator', type: 'group', key: single(body, field) }),
  purpose: body => `${lane}:${single(body, field)}`,
})
const join: Route = {
  ...group('groupId', 'join'),
  repeatable: false,
  heldMs: rebalanceMs,
}
const transaction = (field = 'transactionalId'): Route => ({
  ...any,
  target: body => ({ to: 'coordinator', type: 'transaction', key: single(body, field) }),
  repeatable: false,
})

/** JoinGroup and SyncGroup are held until the rebalance ends. */
function rebalanceMs(body: Body): number {
  const { rebalanceTimeoutMs, sessionTimeoutMs } = body
  if (typeof rebalanceTimeoutMs === 'number' && rebalanceTimeoutMs >= 0) return rebalanceTimeoutMs
  return typeof sessionTimeoutMs === 'number' ? sessionTimeoutMs : 60_000
}

/** The one key that decides the coordinator; several keys may have several coordinators. */
function single(body: Body, field: string): string {
  const value = body[field]
  const keys: readonly unknown[] = Array.isArray(value) ? value : [value]
  const first = keys[0]
  const key = typeof first === 'object' && first !== null ? (first as Body)['groupId'] : first
  if (keys.length === 1 && typeof key === 'string') return key
  throw new ArgumentError(field, value, 'exactly one: each has a coordinator of its own')
}

/** Routes that differ from "any broker, main connection, may be asked again". */
const routes: Readonly<Record<string, Route>> = {
  Produce: { ...leader, repeatable: false, heldMs: body => number(body['timeoutMs']) },
  Fetch: { ...leader, purpose: () => 'fetch:client', heldMs: body => number(body['maxWaitMs']) },
  ListOffsets: leader,
  OffsetForLeaderEpoch: leader,
  DeleteRecords: { ...leader, heldMs: body => number(body['timeoutMs']) },
  DescribeProducers: leader,
  ShareFetch: {
    ...any,
    purpose: () => 'fetch:client',
    repeatable: false,
    heldMs: body => number(body['maxWaitMs']),
  },

  CreateTopics: { ...controller, heldMs: body => number(body['timeoutMs']) },
  DeleteTopics: { ...controller, heldMs: body => number(body['timeoutMs']) },
  CreatePartitions: { ...controller, heldMs: body => number(body['timeoutMs']) },
  ElectLeaders: { ...controller, heldMs: body => number(body['timeoutMs']) },
  AlterPartitionReassignments: { ...controller, heldMs: body => number(body['timeoutMs']) },
  ListPartitionReassignments: { ...controller, heldMs: body => number(body['timeoutMs']) },
  UpdateFeatures: { ...controller, heldMs: body => number(body['timeoutMs']) },
  AlterUserScramCredentials: controller,

  OffsetCommit: group(),
  OffsetFetch: { ...group(), ...groupOrGroups() },
  OffsetDelete: group(),
  TxnOffsetCommit: group(),
  LeaveGroup: group(),
  DescribeGroups: group('groups'),
  DeleteGroups: group('groupsNames'),
  ConsumerGroupDescribe: group('groupIds'),
  ShareGroupDescribe: group('groupIds'),
  StreamsGroupDescribe: group('groupIds'),
  DescribeShareGroupOffsets: group('groups'),
  AlterShareGroupOffsets: group(),
  DeleteShareGroupOffsets: group(),
  JoinGroup: join,
  SyncGroup: join,
  Heartbeat: group('groupId', 'heartbeat'),
  ConsumerGroupHeartbeat: group('groupId', 'heartbeat'),
  ShareGroupHeartbeat: group('groupId', 'heartbeat'),
  StreamsGroupHeartbeat: group('groupId', 'heartbeat'),

  InitProducerId: {
    ...transaction(),
    target: body => ((body['transactionalId'] ?? null) === null ? { to: 'any' } : transaction().target(body)),
  },
  AddPartitionsToTxn: transaction('v3AndBelowTransactionalId'),
  AddOffsetsToTxn: transaction(),
  EndTxn: transaction(),
  DescribeTransactions: { ...transaction('transactionalIds'), repeatable: true },

  DescribeConfigs: { ...any, target: ownBroker },
  AlterConfigs: { ...any, target: ownBroker },
  IncrementalAlterConfigs: { ...any, target: ownBroker },
}

/** OffsetFetch names its group in `groups` from version 8 on, in `groupId` before. */
function groupOrGroups(): Pick<Route, 'target' | 'purpose'> {
  const field = (body: Body): string =>
    Array.isArray(body['groups']) && body['groups'].length > 0 ? 'groups' : 'groupId'
  return {
    target: body => group(field(body)).target(body),
    purpose: body => group(field(body)).purpose(body),
  }
}

const brokerResource = 4
const brokerLoggerResource = 8

/** Configs of a broker are known to that broker alone. */
function ownBroker(body: Body): Target {
  const resources = (body['resources'] ?? []) as readonly { resourceType?: number; resourceName?: string }[]
  const own = resources.find(
    ({ resourceType, resourceName }) =>
      (resourceType === brokerResource || resourceType === brokerLoggerResource) && resourceName !== '',
  )
  return own === undefined ? { to: 'any' } : { to: 'node', id: Number(own.resourceName) }
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

export function routeOf(apiName: string): Route {
  return routes[apiName] ?? any
}
