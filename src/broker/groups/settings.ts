/** What of the broker's configuration concerns groups. Times in ms. */
export interface GroupSettings {
  /** `group.initial.rebalance.delay.ms`: how long an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** `group.min.session.timeout.ms` */
  readonly minSessionTimeoutMs: number
  /** `group.max.session.timeout.ms` */
  readonly maxSessionTimeoutMs: number
  /** `group.max.size`: members. */
  readonly maxSize: number
  /** How long the JoinGroup of somebody new is held at most; no setting of Kafka's. */
  readonly newMemberTimeoutMs: number
  /** `offset.metadata.max.bytes`; Kafka counts UTF-16 units. */
  readonly offsetMetadataMaxBytes: number
  /** `offsets.retention.minutes`, in ms. */
  readonly offsetsRetentionMs: number
  /** `offsets.retention.check.interval.ms` */
  readonly offsetsRetentionCheckIntervalMs: number
}

/** As Kafka 4.3 has them. */
export const defaultGroupSettings: GroupSettings = {
  initialRebalanceDelayMs: 3_000,
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  maxSize: 2_147_483_647,
  newMemberTimeoutMs: 300_000,
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 7 * 24 * 60 * 60_000,
  offsetsRetentionCheckIntervalMs: 600_000,
}
