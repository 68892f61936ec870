import {
  ArgumentError,
  milliseconds,
  Option,
  optional,
  settle,
  text,
  type OptionsOf,
  type Settled,
} from '../kernel'
import { rangeAssignor, roundRobinAssignor, type Assignor } from '../assignors'

const known: ReadonlyMap<unknown, Assignor> = new Map(
  [rangeAssignor, roundRobinAssignor].map(assignor => [assignor.name, assignor]),
)

type AssignorChoice = 'range' | 'roundrobin' | Assignor

export const membershipOptions = {
  /**
   * How partitions are divided, best first: `'range'`, `'roundrobin'`, or assignors of one's own. The group uses one
   * that all its members have. Default range, then round robin.
   */
  assignors: new Option<readonly AssignorChoice[], readonly Assignor[]>(
    `an array of 'range', 'roundrobin' or assignors ({ name, assign }), each name once`,
    [rangeAssignor, roundRobinAssignor],
    asAssignors,
  ),
  /** Name of a static member, unique in the group (KIP-345). Default: none. */
  groupInstanceId: optional(text('instance')),
  /** How long the group waits for a sign of life before it puts this member out, in ms. Default 45,000. */
  sessionTimeoutMs: milliseconds(45_000, 1),
  /** Between two signs of life, in ms. Default 3,000. */
  heartbeatIntervalMs: milliseconds(3000, 1),
  /** How long the group waits in a rebalance for this member to let go of its partitions, in ms. Default 60,000. */
  rebalanceTimeoutMs: milliseconds(60_000, 1),
}

export type MembershipOptions = OptionsOf<typeof membershipOptions>
export type MembershipSettings = Settled<typeof membershipOptions>

/** @throws ArgumentError naming the option that cannot be used */
export function settleMembership(options: MembershipOptions = {}): MembershipSettings {
  const settings = settle('group', membershipOptions, options)
  const { heartbeatIntervalMs, sessionTimeoutMs } = settings
  if (heartbeatIntervalMs < sessionTimeoutMs) return settings
  throw new ArgumentError(
    'group option heartbeatIntervalMs',
    heartbeatIntervalMs,
    `less than sessionTimeoutMs (${sessionTimeoutMs}), best a third of it or less`,
  )
}

function asAssignors(value: unknown): readonly Assignor[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const assignors = value.map(choice => known.get(choice) ?? asAssignor(choice))
  const names = new Set(assignors.map(assignor => assignor?.name))
  return names.has(undefined) || names.size < assignors.length ? undefined : (assignors as Assignor[])
}

function asAssignor(choice: unknown): Assignor | undefined {
  const { name, assign } = (choice ?? {}) as Partial<Assignor>
  return typeof name === 'string' && name !== '' && typeof assign === 'function'
    ? (choice as Assignor)
    : undefined
}
