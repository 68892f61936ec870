import type { BrokerVersions, VersionRange } from './broker-versions'

type Table = Readonly<Record<number, readonly [first: number, last: number]>>

/** What clients may ask of Kafka 0.8.2, which closes the connection when it is asked for its versions. */
const kafka08: Table = {
  0: [0, 0], // Produce
  1: [0, 0], // Fetch
  2: [0, 0], // ListOffsets
  3: [0, 0], // Metadata
  8: [0, 1], // OffsetCommit
  9: [0, 1], // OffsetFetch
  10: [0, 0], // FindCoordinator
}

/** What clients may ask of Kafka 0.9, which never answers that question. */
const kafka09: Table = {
  0: [0, 1], // Produce
  1: [0, 1], // Fetch
  2: [0, 0], // ListOffsets
  3: [0, 0], // Metadata
  8: [0, 2], // OffsetCommit
  9: [0, 1], // OffsetFetch
  10: [0, 0], // FindCoordinator
  11: [0, 0], // JoinGroup
  12: [0, 0], // Heartbeat
  13: [0, 0], // LeaveGroup
  14: [0, 0], // SyncGroup
  15: [0, 0], // DescribeGroups
  16: [0, 0], // ListGroups
}

export const oldBrokers = { '0.8': versionsOf('0.8', kafka08), '0.9': versionsOf('0.9', kafka09) } as const

function versionsOf(source: '0.8' | '0.9', table: Table): BrokerVersions {
  const apis = new Map<number, VersionRange>()
  for (const [key, [min, max]] of Object.entries(table)) apis.set(Number(key), { min, max })
  return { source, apis, finalizedFeatures: new Map(), finalizedFeaturesEpoch: -1n }
}
