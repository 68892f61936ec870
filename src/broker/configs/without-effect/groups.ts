/** About coordinators, share groups and streams groups. */
export const groupsConfigs = `
  group.coordinator.append.linger.ms INT -1
  group.coordinator.background.threads INT 2
  group.coordinator.cached.buffer.max.bytes INT 1048588 *
  group.coordinator.rebalance.protocols LIST classic,consumer,streams
  group.coordinator.threads INT 4
  group.share.assignment.interval.ms INT 1000 *
  group.share.assignors LIST simple
  group.share.delivery.count.limit INT 5
  group.share.heartbeat.interval.ms INT 5000
  group.share.max.assignment.interval.ms INT 15000
  group.share.max.delivery.count.limit INT 10
  group.share.max.heartbeat.interval.ms INT 15000
  group.share.max.partition.max.record.locks INT 4000
  group.share.max.record.lock.duration.ms INT 60000
  group.share.max.session.timeout.ms INT 60000
  group.share.max.share.sessions INT 2000
  group.share.max.size INT 200
  group.share.min.assignment.interval.ms INT 0
  group.share.min.delivery.count.limit INT 2
  group.share.min.heartbeat.interval.ms INT 5000
  group.share.min.partition.max.record.locks INT 100
  group.share.min.record.lock.duration.ms INT 15000
  group.share.min.session.timeout.ms INT 45000
  group.share.partition.max.record.locks INT 2000
  group.share.record.lock.duration.ms INT 30000
  group.share.session.timeout.ms INT 45000
  group.streams.assignment.interval.ms INT 1000 *
  group.streams.heartbeat.interval.ms INT 5000
  group.streams.initial.rebalance.delay.ms INT 3000
  group.streams.max.assignment.interval.ms INT 15000
  group.streams.max.heartbeat.interval.ms INT 15000
  group.streams.max.session.timeout.ms INT 60000
  group.streams.max.size INT 2147483647
  group.streams.max.standby.replicas INT 2
  group.streams.min.assignment.interval.ms INT 0
  group.streams.min.heartbeat.interval.ms INT 5000
  group.streams.min.session.timeout.ms INT 45000
  group.streams.num.standby.replicas INT 0
  group.streams.session.timeout.ms INT 45000
  share.coordinator.append.linger.ms INT -1
  share.coordinator.cached.buffer.max.bytes INT 1048588 *
  share.coordinator.load.buffer.size INT 5242880
  share.coordinator.snapshot.update.records.per.snapshot INT 500
  share.coordinator.state.topic.compression.codec INT 0
  share.coordinator.state.topic.min.isr SHORT 2
  share.coordinator.state.topic.num.partitions INT 50
  share.coordinator.state.topic.replication.factor SHORT 3
  share.coordinator.state.topic.segment.bytes INT 104857600
  share.coordinator.threads INT 1
  share.coordinator.write.timeout.ms INT 5000
  share.fetch.purgatory.purge.interval.requests INT 1000
`
