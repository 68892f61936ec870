/** About controllers, and brokers as they see them. */
export const controllerConfigs = `
  broker.heartbeat.interval.ms INT 2000
  controller.listener.names LIST -
  controller.quorum.append.linger.ms INT 25
  controller.quorum.auto.join.enable BOOLEAN false
  controller.quorum.bootstrap.servers LIST ''
  controller.quorum.election.backoff.max.ms INT 1000
  controller.quorum.election.timeout.ms INT 1000
  controller.quorum.fetch.max.bytes INT 1048576
  controller.quorum.fetch.snapshot.max.bytes INT 1048576
  controller.quorum.fetch.timeout.ms INT 2000
  controller.quorum.request.timeout.ms INT 2000
  controller.quorum.retry.backoff.ms INT 20
  controller.quorum.voters LIST ''
  controller.quota.window.num INT 11
  controller.quota.window.size.seconds INT 1
  controller.socket.timeout.ms INT 30000
  cordoned.log.dirs LIST '' *
  early.start.listeners LIST -
  initial.broker.registration.timeout.ms INT 60000
  metadata.log.dir STRING -
  metadata.log.max.record.bytes.between.snapshots LONG 20971520
  metadata.log.max.snapshot.interval.ms LONG 3600000
  metadata.log.segment.bytes INT 1073741824
  metadata.log.segment.ms LONG 604800000
  metadata.max.idle.interval.ms INT 500
  metadata.max.retention.bytes LONG 104857600
  metadata.max.retention.ms LONG 604800000
`
