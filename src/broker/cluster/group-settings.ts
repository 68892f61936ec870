import type { BrokerConfig } from '../configs'
import type { GroupSettings } from '../groups'

const minuteMs = 60_000

/** What of the brokers' config groups go by. */
export function groupSettings(config: BrokerConfig): Partial<GroupSettings> {
  return {
    initialRebalanceDelayMs: config.int('group.initial.rebalance.delay.ms'),
    minSessionTimeoutMs: config.int('group.min.session.timeout.ms'),
    maxSessionTimeoutMs: config.int('group.max.session.timeout.ms'),
    maxSize: config.int('group.max.size'),
    offsetMetadataMaxBytes: config.int('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.int('offsets.retention.minutes') * minuteMs,
    offsetsRetentionCheckIntervalMs: Number(config.long('offsets.retention.check.interval.ms')),
  }
}
