/** What of the broker's configuration concerns transactions. Times in ms. */
export interface TransactionSettings {
  /** `transaction.max.timeout.ms`: the longest that a producer may ask for. */
  readonly maxTimeoutMs: number
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms`: how often is looked for those that last too long. */
  readonly timeoutCheckMs: number
  /** `transactional.id.expiration.ms`: how long an unused transactional id is remembered. */
  readonly expirationMs: number
  /** `transaction.remove.expired.transaction.cleanup.interval.ms`: how often is looked for those. */
  readonly expirationCheckMs: number
  /** How long the markers of a transaction's end take to be written; no setting of Kafka's. */
  readonly markerDelayMs: number
  /** Whether the coordinator gives a producer a new epoch at the end of what it aborts itself (KIP-890). */
  readonly bumpsEpochs: boolean
}

/** As Kafka 4.3 has them. */
export const defaultTransactionSettings: TransactionSettings = {
  maxTimeoutMs: 900_000,
  timeoutCheckMs: 10_000,
  expirationMs: 7 * 24 * 60 * 60_000,
  expirationCheckMs: 3_600_000,
  markerDelayMs: 5,
  bumpsEpochs: true,
}
