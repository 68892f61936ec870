/** APIs between brokers and controllers, which no client speaks and we do not define. */
export const internalApis: readonly string[] = [
  'AllocateProducerIds',
  'AlterPartition',
  'AssignReplicasToDirs',
  'BeginQuorumEpoch',
  'BrokerHeartbeat',
  'BrokerRegistration',
  'ControlledShutdown',
  'ControllerRegistration',
  'EndQuorumEpoch',
  'Envelope',
  'FetchSnapshot',
  'LeaderAndIsr',
  'StopReplica',
  'UpdateMetadata',
  'UpdateRaftVoter',
  'Vote',
]

const earlyAccess = 'version 0 was an early access of KIP-932 that releases with the final API never speak'
/** APIs of which we leave out versions that only the older release lists. */
export const versionsLeftOut: Readonly<Record<string, string>> = {
  ShareAcknowledge: earlyAccess,
  ShareFetch: earlyAccess,
  ShareGroupDescribe: earlyAccess,
  ShareGroupHeartbeat: earlyAccess,
}

const nameAndId =
  'ignorable since the topic id came; in the versions before the name is always sent, so that nothing changes'
/** Where we say something else than the table of that version, by message and property. */
export const differences: Readonly<Record<string, string>> = {
  'Produce request topicData[].name.ignorable': nameAndId,
  'Produce response responses[].name.ignorable': nameAndId,
  'OffsetCommit request topics[].name.ignorable': nameAndId,
  'OffsetCommit response topics[].name.ignorable': nameAndId,
}
