import { ArgumentError, ProtocolError } from '../kernel'
import { defineLayout, type Layout, type Read, type Write } from './api'
import { array, bytes, int32, string } from './field'
import { decodeLayout, encodeLayout } from './frame'

const topicPartitions = { topic: string, partitions: array(int32) }

/** What a member of a classic consumer group tells its leader in JoinGroup. */
export const ConsumerProtocolSubscription = defineLayout({
  name: 'ConsumerProtocolSubscription',
  versions: [0, 3],
  flexible: null,
  fields: {
    topics: array(string),
    /** What the assignor of this member wants to tell the assignor of the leader. */
    userData: bytes.nullable().default(null),
    /** What the member still holds: for cooperative assignors (KIP-429). */
    ownedPartitions: array(topicPartitions).since(1).ignorable(),
    /** In which generation it got `ownedPartitions`; -1 is none (KIP-792). */
    generationId: int32.since(2).default(-1).ignorable(),
    /** KIP-881. */
    rackId: string.since(3).nullable().default(null).ignorable(),
  },
})
/** A subscription as the leader reads it. */
export interface MemberSubscription extends Read<typeof ConsumerProtocolSubscription.fields> {}
/** A subscription as a member gives it. */
export interface MemberSubscriptionInput extends Write<typeof ConsumerProtocolSubscription.fields> {}

/** What the leader of a classic consumer group gives each member in SyncGroup. */
export const ConsumerProtocolAssignment = defineLayout({
  name: 'ConsumerProtocolAssignment',
  versions: [0, 3],
  flexible: null,
  fields: {
    assignedPartitions: array(topicPartitions),
    userData: bytes.nullable().default(null),
  },
})
/** An assignment as a member reads it. */
export interface MemberAssignment extends Read<typeof ConsumerProtocolAssignment.fields> {}
/** An assignment as the leader gives it. */
export interface MemberAssignmentInput extends Write<typeof ConsumerProtocolAssignment.fields> {}

/** Metadata of one protocol in JoinGroup. Version 3 unless told; every reader copes with a version it does not know. */
export function encodeSubscription(subscription: MemberSubscriptionInput, version = 3): Buffer {
  return encodeVersioned(ConsumerProtocolSubscription, version, subscription)
}

/**
 * Reads what any member's client wrote; ProtocolError when the bytes are no subscription. One that ends before the
 * fields of its version, as some clients write version 1, has the defaults in their place.
 */
export function decodeSubscription(data: Buffer): MemberSubscription {
  return decodeVersioned(ConsumerProtocolSubscription, data) as MemberSubscription
}

/** Assignment of one member in SyncGroup. Version 3 unless told. */
export function encodeAssignment(assignment: MemberAssignmentInput, version = 3): Buffer {
  return encodeVersioned(ConsumerProtocolAssignment, version, assignment)
}

/** Reads what any leader's client wrote. No bytes at all, as a leader may give a newcomer, assign nothing. */
export function decodeAssignment(data: Buffer): MemberAssignment {
  if (data.length === 0) return { assignedPartitions: [], userData: null }
  return decodeVersioned(ConsumerProtocolAssignment, data) as MemberAssignment
}

const versionBytes = 2

function encodeVersioned(layout: Layout, version: number, value: unknown): Buffer {
  const [first, last] = layout.versions
  if (!Number.isInteger(version) || version < first || version > last)
    throw new ArgumentError(`${layout.name} version`, version, `a version from ${first} to ${last}`)
  const prefix = Buffer.alloc(versionBytes)
  prefix.writeInt16BE(version)
  return Buffer.concat([prefix, encodeLayout(layout, version, value)])
}

/** Newer versions only add fields at the end, so they are read as the highest that we know. */
function decodeVersioned(layout: Layout, data: Buffer): unknown {
  if (data.length < versionBytes) throw new ProtocolError(layout.name, 'version', 0, 'the version is cut off')
  const version = data.readInt16BE(0)
  const [first, last] = layout.versions
  if (version < first)
    throw new ProtocolError(layout.name, 'version', 0, `version ${version} is below ${first}`)
  return decodeUpTo(Math.min(version, last), layout, data)
}

/** Versions differ in what they add at the end, so bytes that just end there are those of a version before. */
function decodeUpTo(version: number, layout: Layout, data: Buffer): unknown {
  try {
    return decodeLayout(layout, version, data, versionBytes)
  } catch (error) {
    const endsEarly = error instanceof ProtocolError && error.offset === data.length
    if (!endsEarly || version === layout.versions[0]) throw error
    return decodeUpTo(version - 1, layout, data)
  }
}
