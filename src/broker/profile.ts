import type { ErrorName } from '../protocol'

/** Versions of one API. */
export interface ServedVersions {
  /** Oldest and newest in the answer to ApiVersions. */
  readonly min: number
  readonly max: number
  /** Oldest that is really served, where Kafka says another. */
  readonly servedFrom: number
}

export interface Feature {
  readonly name: string
  readonly min: number
  readonly max: number
  /** The level the cluster has settled on; 0 for none. */
  readonly finalized: number
}

/** How one release of Kafka shows itself: what it serves, and where it answers in its own way. */
export interface Profile {
  readonly release: Release
  /** By API key: all that a broker of the release serves; those without a handler are left out of its answers. */
  readonly apis: ReadonlyMap<number, ServedVersions>
  readonly features: readonly Feature[]
  /** Whether only partitions of a transaction may be written to in it (KIP-890, part 1). */
  readonly verifiesTransactions: boolean
  /** Whether the coordinator ends transactions under an epoch of their own (KIP-890, part 2). */
  readonly bumpsEpochs: boolean
  /** Whether there are eligible leader replicas, and records wait for enough in sync (KIP-966). */
  readonly hasEligibleLeaders: boolean
  /** Answered for a topic that was just created on asking for it. */
  readonly topicInCreation: ErrorName
  /** Answered for a topic that would be created so, but that there are too few brokers for. */
  readonly topicImpossible: ErrorName
}

export const releases = ['4.3', '2.8'] as const
export type Release = (typeof releases)[number]

/** `key:min-max`, or `key:min(servedFrom)-max` where a version is named that is not served. */
function rows(text: string): ReadonlyMap<number, ServedVersions> {
  return new Map(text.trim().split(/\s+/).map(row))
}

function row(text: string): [number, ServedVersions] {
  const [, key, min, from, max] = /^(\d+):(\d+)(?:\((\d+)\))?-(\d+)$/.exec(text)!.map(Number)
  return [key!, { min: min!, max: max!, servedFrom: Number.isNaN(from!) ? min! : from! }]
}

/** Kafka 4 names Produce from 0 on, for librdkafka's sake, and closes the connection on 0 to 2 (KAFKA-18659). */
const kafka43: Profile = {
  release: '4.3',
  apis: rows(`
    0:0(3)-13 1:4-18 2:1-11 3:0-13 8:2-10 9:1-10 10:0-6 11:0-9 12:0-4 13:0-5 14:0-5 15:0-6 16:0-5 17:0-1 18:0-4
    19:2-7 20:1-6 21:0-2 22:0-5 23:2-4 24:0-5 25:0-4 26:0-5 27:1-2 28:0-5 29:1-3 30:1-3 31:1-3 32:1-4 33:0-2
    34:1-2 35:1-5 36:0-2 37:0-3 38:1-3 39:1-2 40:1-2 41:1-3 42:0-2 43:0-2 44:0-1 45:0-1 46:0-0 47:0-0 48:0-1
    49:0-1 50:0-0 51:0-0 55:0-2 57:0-2 60:0-2 61:0-0 64:0-0 65:0-0 66:0-2 68:0-1 69:0-1 71:0-0 72:0-0 74:0-1
    75:0-0`),
  features: [
    { name: 'eligible.leader.replicas.version', min: 0, max: 1, finalized: 1 },
    { name: 'kraft.version', min: 0, max: 1, finalized: 1 },
    { name: 'metadata.version', min: 7, max: 30, finalized: 30 },
    { name: 'transaction.version', min: 0, max: 2, finalized: 2 },
  ],
  verifiesTransactions: true,
  bumpsEpochs: true,
  hasEligibleLeaders: true,
  topicInCreation: 'UNKNOWN_TOPIC_OR_PARTITION',
  topicImpossible: 'UNKNOWN_TOPIC_OR_PARTITION',
}

const kafka28: Profile = {
  release: '2.8',
  apis: rows(`
    0:0-9 1:0-12 2:0-6 3:0-11 8:0-8 9:0-7 10:0-3 11:0-7 12:0-4 13:0-4 14:0-5 15:0-5 16:0-4 17:0-1 18:0-3 19:0-7
    20:0-6 21:0-2 22:0-4 23:0-4 24:0-3 25:0-3 26:0-3 27:0-1 28:0-3 29:0-2 30:0-2 31:0-2 32:0-4 33:0-2 34:0-2
    35:0-2 36:0-2 37:0-3 38:0-2 39:0-2 40:0-2 41:0-2 42:0-2 43:0-2 44:0-1 45:0-0 46:0-0 47:0-0 48:0-1 49:0-1
    50:0-0 51:0-0 60:0-0 61:0-0`),
  features: [],
  verifiesTransactions: false,
  bumpsEpochs: false,
  hasEligibleLeaders: false,
  topicInCreation: 'LEADER_NOT_AVAILABLE',
  topicImpossible: 'INVALID_REPLICATION_FACTOR',
}

/** The releases that the broker can stand for. */
export const profiles: Readonly<Record<Release, Profile>> = { '4.3': kafka43, '2.8': kafka28 }
