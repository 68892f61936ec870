import { anyOf, from, fromOr, oneOf, replicas } from './check'
import { double, flag, int, internal, list, long, text } from './config-row'
import { inherits, type InheritingTable } from './inheriting-row'

const maxLong = 2n ** 63n - 1n
const minute = 60_000n
const hour = 60n * minute
const day = 24n * hour

/** The configs of a topic, as Kafka 4.3 has them and in the order in which it judges them. */
export const topicConfigs = {
  'segment.bytes': inherits(int(1_073_741_824, from(1_048_576), 'Size of a log file.'), 'log.segment.bytes'),
  'segment.ms': inherits(
    long(7n * day, from(1), 'Age at which a new log file is begun even if the old one is not full.'),
    'log.roll.ms',
    { 'log.roll.hours': hour },
  ),
  'segment.jitter.ms': inherits(
    long(0n, from(0), 'Up to so much is taken from segment.ms by chance, so that not all logs roll at once.'),
    'log.roll.jitter.ms',
    { 'log.roll.jitter.hours': hour },
  ),
  'segment.index.bytes': inherits(
    int(10_485_760, from(4), 'Size of the index from offsets to places in a log file.'),
    'log.index.size.max.bytes',
  ),
  'flush.messages': inherits(
    long(maxLong, from(1), 'Messages after which the log is forced to the disk.'),
    'log.flush.interval.messages',
  ),
  'flush.ms': inherits(
    long(maxLong, from(0), 'Time after which the log is forced to the disk.'),
    'log.flush.interval.ms',
    { 'log.flush.scheduler.interval.ms': 1n },
  ),
  'retention.bytes': inherits(
    long(-1n, undefined, 'Size of a partition above which its oldest log files go; -1 for no limit.'),
    'log.retention.bytes',
  ),
  'retention.ms': inherits(
    long(7n * day, from(-1), 'Age at which messages go; -1 for no limit.'),
    'log.retention.ms',
    { 'log.retention.minutes': minute, 'log.retention.hours': hour },
  ),
  'max.message.bytes': inherits(
    int(1_048_588, from(0), 'Largest record batch, after compression.'),
    'message.max.bytes',
  ),
  'index.interval.bytes': inherits(
    int(4_096, from(0), 'Bytes of log between two entries of the index.'),
    'log.index.interval.bytes',
  ),
  'delete.retention.ms': inherits(
    long(day, from(0), 'How long tombstones stay in a compacted topic.'),
    'log.cleaner.delete.retention.ms',
  ),
  'min.compaction.lag.ms': inherits(
    long(0n, from(0), 'Age before which a message is not compacted.'),
    'log.cleaner.min.compaction.lag.ms',
  ),
  'max.compaction.lag.ms': inherits(
    long(maxLong, from(1), 'Age at which a message is compacted at the latest.'),
    'log.cleaner.max.compaction.lag.ms',
  ),
  'file.delete.delay.ms': inherits(
    long(minute, from(0), 'How long the file of a deleted log stays on the disk.'),
    'log.segment.delete.delay.ms',
  ),
  'min.cleanable.dirty.ratio': inherits(
    double(0.5, from(0, 1), 'Share of a log that must be uncompacted before it is compacted.'),
    'log.cleaner.min.cleanable.ratio',
  ),
  'cleanup.policy': inherits(
    list(
      ['delete'],
      anyOf('compact', 'delete'),
      'How old messages go: by age and size, by newer ones of their key, or both.',
    ),
    'log.cleanup.policy',
  ),
  'unclean.leader.election.enable': inherits(
    flag(
      false,
      undefined,
      'Whether a replica that lags may lead when no other is left, which loses messages.',
    ),
    'unclean.leader.election.enable',
  ),
  'min.insync.replicas': inherits(
    int(1, from(1), 'Replicas in sync without which a write with acks all is refused.'),
    'min.insync.replicas',
  ),
  'compression.type': inherits(
    text(
      'producer',
      oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
      'How messages are compressed in the log; `producer` keeps what the producer chose.',
    ),
    'compression.type',
  ),
  'compression.gzip.level': inherits(
    int(-1, fromOr(1, 9, -1), 'How hard gzip tries.'),
    'compression.gzip.level',
  ),
  'compression.lz4.level': inherits(int(9, from(1, 17), 'How hard lz4 tries.'), 'compression.lz4.level'),
  'compression.zstd.level': inherits(
    int(3, from(-131_072, 22), 'How hard zstd tries.'),
    'compression.zstd.level',
  ),
  preallocate: inherits(
    flag(false, undefined, 'Whether a log file takes its full size on the disk at once.'),
    'log.preallocate',
  ),
  'message.timestamp.type': inherits(
    text(
      'CreateTime',
      oneOf('CreateTime', 'LogAppendTime'),
      "Whether a message keeps its producer's timestamp or gets the time of its arrival.",
    ),
    'log.message.timestamp.type',
  ),
  'message.timestamp.before.max.ms': inherits(
    long(maxLong, from(0), 'How far behind the clock of the broker a timestamp may be.'),
    'log.message.timestamp.before.max.ms',
  ),
  'message.timestamp.after.max.ms': inherits(
    long(hour, from(0), 'How far ahead of the clock of the broker a timestamp may be.'),
    'log.message.timestamp.after.max.ms',
  ),
  'leader.replication.throttled.replicas': list([], replicas, 'Replicas slowed down where they lead.'),
  'follower.replication.throttled.replicas': list([], replicas, 'Replicas slowed down where they follow.'),
  'remote.storage.enable': flag(false, undefined, 'Whether old log files move to remote storage.'),
  'local.retention.ms': inherits(
    long(-2n, from(-2), 'Age at which log files in remote storage go from the disk; -2 for retention.ms.'),
    'log.local.retention.ms',
  ),
  'local.retention.bytes': inherits(
    long(
      -2n,
      from(-2),
      'Size above which log files in remote storage go from the disk; -2 for retention.bytes.',
    ),
    'log.local.retention.bytes',
  ),
  'remote.log.copy.disable': flag(false, undefined, 'Whether nothing more moves to remote storage.'),
  'remote.log.delete.on.disable': flag(
    false,
    undefined,
    'Whether what is in remote storage goes when the topic stops using it.',
  ),
  'internal.segment.bytes': internal(int(null, undefined, 'Size of a log file below what users may choose.')),
} satisfies InheritingTable
