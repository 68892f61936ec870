import type { TopicConfig } from '../configs'
import type { LogSettings } from '../log'

/** A topic's config in the form that is asked for with each append. */
export interface TopicSettings extends LogSettings {
  readonly minInsyncReplicas: number
}

export function topicSettings(config: TopicConfig): TopicSettings {
  const cleanup = config.list('cleanup.policy')
  const retentionBytes = Number(config.long('retention.bytes'))
  return {
    maxMessageBytes: config.int('max.message.bytes'),
    segmentBytes: config.int(
      config.isSet('internal.segment.bytes') ? 'internal.segment.bytes' : 'segment.bytes',
    ),
    timestampType: config.text('message.timestamp.type') as LogSettings['timestampType'],
    compressionType: config.text('compression.type') as LogSettings['compressionType'],
    cleanupPolicy: { compact: cleanup.includes('compact'), delete: cleanup.includes('delete') },
    retentionBytes: retentionBytes < 0 ? undefined : retentionBytes,
    timestampBeforeMaxMs: Number(config.long('message.timestamp.before.max.ms')),
    timestampAfterMaxMs: Number(config.long('message.timestamp.after.max.ms')),
    minInsyncReplicas: config.int('min.insync.replicas'),
  }
}
