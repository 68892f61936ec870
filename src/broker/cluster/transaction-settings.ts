import type { BrokerConfig } from '../configs'
import type { TransactionSettings } from '../transactions'

/** What of the brokers' config transactions go by. */
export function transactionSettings(
  config: BrokerConfig,
  rest: Pick<TransactionSettings, 'markerDelayMs' | 'bumpsEpochs'>,
): TransactionSettings {
  return {
    maxTimeoutMs: config.int('transaction.max.timeout.ms'),
    timeoutCheckMs: config.int('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
    expirationMs: config.int('transactional.id.expiration.ms'),
    expirationCheckMs: config.int('transaction.remove.expired.transaction.cleanup.interval.ms'),
    ...rest,
  }
}
