/** What it takes to run Apache Kafka is missing on this machine; the message says what to install or set. */
export class KafkaUnavailable extends Error {
  override readonly name = 'KafkaUnavailable'
}

/** With `REQUIRE_REAL_KAFKA=1` a missing Kafka is a failure, without it a skip with the reason. */
export const kafkaIsRequired = (): boolean => process.env['REQUIRE_REAL_KAFKA'] === '1'
