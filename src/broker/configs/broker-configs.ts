import { anyOf, from, fromOr, oneOf } from './check'
import { double, dynamic, flag, int, list, long, short, text, type ConfigTable } from './config-row'

const maxInt = 2 ** 31 - 1
const maxLong = 2n ** 63n - 1n

/** What topics inherit. */
const logConfigs = {
  'log.segment.bytes': dynamic(int(1_073_741_824, from(1_048_576), 'Default of segment.bytes.')),
  'log.roll.ms': dynamic(long(null, undefined, 'Default of segment.ms; else log.roll.hours.')),
  'log.roll.hours': int(168, from(1), 'Default of segment.ms in hours.'),
  'log.roll.jitter.ms': dynamic(
    long(null, undefined, 'Default of segment.jitter.ms; else log.roll.jitter.hours.'),
  ),
  'log.roll.jitter.hours': int(0, from(0), 'Default of segment.jitter.ms in hours.'),
  'log.index.size.max.bytes': dynamic(int(10_485_760, from(4), 'Default of segment.index.bytes.')),
  'log.flush.interval.messages': dynamic(long(maxLong, from(1), 'Default of flush.messages.')),
  'log.flush.interval.ms': dynamic(
    long(null, undefined, 'Default of flush.ms; else log.flush.scheduler.interval.ms.'),
  ),
  'log.flush.scheduler.interval.ms': long(maxLong, undefined, 'How often logs are looked at for a flush.'),
  'log.retention.bytes': dynamic(long(-1n, undefined, 'Default of retention.bytes.')),
  'log.retention.ms': dynamic(
    long(null, undefined, 'Default of retention.ms; else log.retention.minutes, else log.retention.hours.'),
  ),
  'log.retention.minutes': int(
    null,
    undefined,
    'Default of retention.ms in minutes; else log.retention.hours.',
  ),
  'log.retention.hours': int(168, undefined, 'Default of retention.ms in hours.'),
  'message.max.bytes': dynamic(int(1_048_588, from(0), 'Default of max.message.bytes.')),
  'log.index.interval.bytes': dynamic(int(4_096, from(0), 'Default of index.interval.bytes.')),
  'log.cleaner.delete.retention.ms': dynamic(long(86_400_000n, from(0), 'Default of delete.retention.ms.')),
  'log.cleaner.min.compaction.lag.ms': dynamic(long(0n, from(0), 'Default of min.compaction.lag.ms.')),
  'log.cleaner.max.compaction.lag.ms': dynamic(long(maxLong, from(1), 'Default of max.compaction.lag.ms.')),
  'log.segment.delete.delay.ms': dynamic(long(60_000n, from(0), 'Default of file.delete.delay.ms.')),
  'log.cleaner.min.cleanable.ratio': dynamic(
    double(0.5, from(0, 1), 'Default of min.cleanable.dirty.ratio.'),
  ),
  'log.cleanup.policy': dynamic(list(['delete'], anyOf('compact', 'delete'), 'Default of cleanup.policy.')),
  'unclean.leader.election.enable': dynamic(
    flag(false, undefined, 'Default of the topic config of this name.'),
  ),
  'min.insync.replicas': dynamic(int(1, from(1), 'Default of the topic config of this name.')),
  'compression.type': dynamic(
    text(
      'producer',
      oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
      'Default of the topic config of this name.',
    ),
  ),
  'compression.gzip.level': dynamic(int(-1, fromOr(1, 9, -1), 'Default of the topic config of this name.')),
  'compression.lz4.level': dynamic(int(9, from(1, 17), 'Default of the topic config of this name.')),
  'compression.zstd.level': dynamic(int(3, from(-131_072, 22), 'Default of the topic config of this name.')),
  'log.preallocate': dynamic(flag(false, undefined, 'Default of preallocate.')),
  'log.message.timestamp.type': dynamic(
    text('CreateTime', oneOf('CreateTime', 'LogAppendTime'), 'Default of message.timestamp.type.'),
  ),
  'log.message.timestamp.before.max.ms': dynamic(
    long(maxLong, from(0), 'Default of message.timestamp.before.max.ms.'),
  ),
  'log.message.timestamp.after.max.ms': dynamic(
    long(3_600_000n, from(0), 'Default of message.timestamp.after.max.ms.'),
  ),
  'log.local.retention.ms': dynamic(long(-2n, from(-2), 'Default of local.retention.ms.')),
  'log.local.retention.bytes': dynamic(long(-2n, from(-2), 'Default of local.retention.bytes.')),
} satisfies ConfigTable

/** How readers get their replica (KIP-392); one's own class cannot be loaded here. */
export const selectors = {
  leader: 'org.apache.kafka.common.replica.LeaderSelector',
  nearest: 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
} as const

/** Who the broker is, and where it listens. */
const identityConfigs = {
  'node.id': int(null, from(0), 'Number of the broker in its cluster.'),
  'broker.id': int(-1, undefined, 'Older name of node.id.'),
  'broker.rack': text(null, undefined, 'Where the broker stands, so that replicas stand apart.'),
  'replica.selector.class': text(
    null,
    oneOf(selectors.leader, selectors.nearest),
    'How a replica is chosen for a reader that says where it is.',
  ),
  listeners: dynamic(list(['PLAINTEXT://:9092'], undefined, 'Where the broker listens.')),
  'advertised.listeners': list(null, undefined, 'Where clients are told to find the broker.'),
  'log.dir': list(['/tmp/kafka-logs'], undefined, 'Where logs lie; nothing is kept there.'),
  'log.dirs': list(null, undefined, 'Where logs lie, before log.dir; nothing is kept there.'),
  'process.roles': list(null, anyOf('broker', 'controller'), 'What this node does.'),
} satisfies ConfigTable

const topicCreationConfigs = {
  'auto.create.topics.enable': flag(true, undefined, 'Whether asking for an unknown topic makes it.'),
  'delete.topic.enable': flag(true, undefined, 'Whether topics may be deleted.'),
  'num.partitions': int(1, from(1), 'Partitions of a topic whose maker does not say.'),
  'default.replication.factor': int(1, undefined, 'Replicas of a topic whose maker does not say.'),
  'auto.leader.rebalance.enable': flag(true, undefined, 'Whether first replicas get their leadership back.'),
  'broker.session.timeout.ms': int(
    9_000,
    undefined,
    'How long a broker that is killed, or hangs, is taken for alive.',
  ),
  'leader.imbalance.check.interval.seconds': long(300n, from(1), 'After how long they get it back.'),
} satisfies ConfigTable

const connectionConfigs = {
  'connections.max.idle.ms': long(600_000n, undefined, 'Silence after which a connection is closed.'),
  'socket.request.max.bytes': int(
    104_857_600,
    from(1),
    'Largest request; a longer one closes its connection.',
  ),
  'fetch.max.bytes': int(57_671_680, from(1_024), 'Most bytes of one fetch answer.'),
  'max.incremental.fetch.session.cache.slots': int(1_000, from(0), 'Fetch sessions kept at a time.'),
  'max.request.partition.size.limit': int(
    2_000,
    from(1),
    'Most partitions of one answer to DescribeTopicPartitions.',
  ),
} satisfies ConfigTable

const groupConfigs = {
  'group.initial.rebalance.delay.ms': int(
    3_000,
    undefined,
    'Wait for more members before the first rebalance of an empty group.',
  ),
  'group.min.session.timeout.ms': int(
    6_000,
    undefined,
    'Shortest session timeout that a member may ask for.',
  ),
  'group.max.session.timeout.ms': int(
    1_800_000,
    undefined,
    'Longest session timeout that a member may ask for.',
  ),
  'group.max.size': int(maxInt, from(1), 'Most members of a group.'),
  'offset.metadata.max.bytes': int(4_096, undefined, 'Longest text that may go with a committed offset.'),
  'offsets.retention.minutes': int(10_080, from(1), 'How long offsets of a group without members are kept.'),
  'offsets.retention.check.interval.ms': long(600_000n, from(1), 'How often old offsets are looked for.'),
  'offsets.commit.timeout.ms': int(5_000, from(1), 'How long a commit may wait for its replicas.'),
  'offsets.topic.num.partitions': int(50, from(1), 'Partitions of __consumer_offsets.'),
  'offsets.topic.segment.bytes': int(104_857_600, from(1), 'segment.bytes of __consumer_offsets.'),
  'offsets.topic.replication.factor': short(3, from(1), 'Replicas of __consumer_offsets.'),
} satisfies ConfigTable

const consumerGroupConfigs = {
  'group.consumer.assignors': list(
    ['uniform', 'range'],
    undefined,
    'Assignors of the broker, the default first.',
  ),
  'group.consumer.session.timeout.ms': int(45_000, from(1), 'Silence after which a member is out.'),
  'group.consumer.min.session.timeout.ms': int(45_000, from(1), 'Least of consumer.session.timeout.ms.'),
  'group.consumer.max.session.timeout.ms': int(60_000, from(1), 'Most of consumer.session.timeout.ms.'),
  'group.consumer.heartbeat.interval.ms': int(5_000, from(1), 'Time between heartbeats of a member.'),
  'group.consumer.min.heartbeat.interval.ms': int(5_000, from(1), 'Least of consumer.heartbeat.interval.ms.'),
  'group.consumer.max.heartbeat.interval.ms': int(15_000, from(1), 'Most of consumer.heartbeat.interval.ms.'),
  'group.consumer.assignment.interval.ms': dynamic(
    int(1_000, from(0), 'Least time between two assignments of a group.'),
  ),
  'group.consumer.min.assignment.interval.ms': int(0, from(0), 'Least of consumer.assignment.interval.ms.'),
  'group.consumer.max.assignment.interval.ms': int(
    15_000,
    from(0),
    'Most of consumer.assignment.interval.ms.',
  ),
  'group.consumer.max.size': int(maxInt, from(1), 'Most members of a group.'),
  'group.consumer.migration.policy': text(
    'bidirectional',
    undefined,
    'Whether a group may go from the classic protocol to the newer one and back.',
  ),
} satisfies ConfigTable

const producerConfigs = {
  'producer.id.expiration.ms': dynamic(
    int(86_400_000, from(1), 'How long a producer that writes nothing is remembered.'),
  ),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(
    10_000,
    from(1),
    'How often transactions that last too long are looked for.',
  ),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(
    3_600_000,
    from(1),
    'How often unused transactional ids are looked for.',
  ),
  'transaction.partition.verification.enable': dynamic(
    flag(true, undefined, 'Whether only partitions of a transaction may be written to.'),
  ),
  'transaction.max.timeout.ms': int(900_000, from(1), 'Longest transaction that a producer may ask for.'),
  'transactional.id.expiration.ms': int(
    604_800_000,
    from(1),
    'How long an unused transactional id is remembered.',
  ),
  'transaction.state.log.num.partitions': int(50, from(1), 'Partitions of __transaction_state.'),
  'transaction.state.log.segment.bytes': int(104_857_600, from(1), 'segment.bytes of __transaction_state.'),
  'transaction.state.log.replication.factor': short(3, from(1), 'Replicas of __transaction_state.'),
  'transaction.state.log.min.isr': int(2, from(1), 'min.insync.replicas of __transaction_state.'),
} satisfies ConfigTable

/** The configs of a broker that the embedded one obeys or tells, as Kafka 4.3 has them. */
export const brokerConfigs = {
  ...identityConfigs,
  ...topicCreationConfigs,
  ...logConfigs,
  ...connectionConfigs,
  ...groupConfigs,
  ...consumerGroupConfigs,
  ...producerConfigs,
} satisfies ConfigTable
