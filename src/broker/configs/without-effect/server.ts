/** About threads, disks, quotas, replication and metrics. */
export const serverConfigs = `
  add.partitions.to.txn.retry.backoff.max.ms INT 100
  add.partitions.to.txn.retry.backoff.ms INT 20
  alter.config.policy.class.name CLASS -
  alter.log.dirs.replication.quota.window.num INT 11
  alter.log.dirs.replication.quota.window.size.seconds INT 1
  background.threads INT 10 *
  client.quota.callback.class CLASS -
  config.providers LIST '' *
  controlled.shutdown.enable BOOLEAN true
  create.topic.policy.class.name CLASS -
  delete.records.purgatory.purge.interval.requests INT 1
  fetch.purgatory.purge.interval.requests INT 1000
  inter.broker.listener.name STRING -
  kafka.metrics.polling.interval.secs INT 10
  kafka.metrics.reporters LIST ''
  listener.security.protocol.map STRING SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT *
  log.cleaner.backoff.ms LONG 15000 *
  log.cleaner.dedupe.buffer.size LONG 134217728 *
  log.cleaner.enable BOOLEAN true
  log.cleaner.io.buffer.load.factor DOUBLE 0.9 *
  log.cleaner.io.buffer.size INT 524288 *
  log.cleaner.io.max.bytes.per.second DOUBLE 1.7976931348623157E308 *
  log.cleaner.threads INT 1 *
  log.dir.failure.timeout.ms LONG 30000
  log.flush.offset.checkpoint.interval.ms INT 60000
  log.flush.start.offset.checkpoint.interval.ms INT 60000
  log.retention.check.interval.ms LONG 300000
  max.connection.creation.rate INT 2147483647 *
  max.connections INT 2147483647 *
  max.connections.per.ip INT 2147483647 *
  max.connections.per.ip.overrides STRING '' *
  metric.reporters LIST org.apache.kafka.common.metrics.JmxReporter *
  metrics.num.samples INT 2
  metrics.recording.level STRING INFO
  metrics.sample.window.ms LONG 30000
  num.io.threads INT 8 *
  num.network.threads INT 3 *
  num.recovery.threads.per.data.dir INT 2 *
  num.replica.alter.log.dirs.threads INT -
  num.replica.fetchers INT 1 *
  offsets.load.buffer.size INT 5242880
  offsets.topic.compression.codec INT 0
  producer.purgatory.purge.interval.requests INT 1000
  queued.max.request.bytes LONG -1
  queued.max.requests INT 500
  quota.window.num INT 11
  quota.window.size.seconds INT 1
  replica.fetch.backoff.ms INT 1000
  replica.fetch.max.bytes INT 1048576
  replica.fetch.min.bytes INT 1
  replica.fetch.response.max.bytes INT 10485760
  replica.fetch.wait.max.ms INT 500
  replica.high.watermark.checkpoint.interval.ms LONG 5000
  replica.lag.time.max.ms LONG 30000
  replica.socket.receive.buffer.bytes INT 65536
  replica.socket.timeout.ms INT 30000
  replication.quota.window.num INT 11
  replication.quota.window.size.seconds INT 1
  request.timeout.ms INT 30000
  socket.connection.setup.timeout.max.ms LONG 30000
  socket.connection.setup.timeout.ms LONG 10000
  socket.listen.backlog.size INT 50
  socket.receive.buffer.bytes INT 102400
  socket.send.buffer.bytes INT 102400
  telemetry.max.bytes INT 1048576
  transaction.state.log.load.buffer.size INT 5242880
  transaction.two.phase.commit.enable BOOLEAN false
`
