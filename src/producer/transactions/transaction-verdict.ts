import {
  BrokerError,
  DeliveryError,
  FencedError,
  ProtocolError,
  UnsupportedError,
  type KafkaError,
} from '../../kernel'

/** What an error means for a transaction. */
export type TransactionVerdict =
  /** It can be aborted, and another one begun. */
  | 'abort'
  /** Nothing but a new producer helps. */
  | 'fatal'

const fenced = new Set([
  47, // INVALID_PRODUCER_EPOCH
  90, // PRODUCER_FENCED
])

const fatal = new Set([
  31, // CLUSTER_AUTHORIZATION_FAILED
  35, // UNSUPPORTED_VERSION
  43, // UNSUPPORTED_FOR_MESSAGE_FORMAT
  50, // INVALID_TRANSACTION_TIMEOUT
  53, // TRANSACTIONAL_ID_AUTHORIZATION_FAILED
])

const concurrentTransactions = 51
const unknownServerError = -1

/** What the error of a send, or of a question to a coordinator, means for the transaction. */
export function transactionVerdict(error: KafkaError): TransactionVerdict {
  const cause = error instanceof DeliveryError && error.cause !== undefined ? error.cause : error
  if (cause instanceof FencedError || cause instanceof UnsupportedError) return 'fatal'
  if (!(cause instanceof BrokerError)) return 'abort'
  return fenced.has(cause.code) || fatal.has(cause.code) ? 'fatal' : 'abort'
}

/** The error by the name that a user looks for: whoever was fenced is told so, whatever code the broker chose. */
export function transactionError(error: KafkaError, transactionalId: string): KafkaError {
  const isFenced = error instanceof BrokerError && fenced.has(error.code)
  return isFenced ? new FencedError(transactionalId, error) : error
}

/** The transaction before is still being finished: soon it will be. */
export function isConcurrent(error: unknown): error is BrokerError {
  return error instanceof BrokerError && error.code === concurrentTransactions
}

/** Whether the broker may have done what it was asked, although this came of it. */
export function isUnknown(error: KafkaError): boolean {
  if (error instanceof BrokerError) return error.code === unknownServerError
  return error instanceof ProtocolError || ('maybeSent' in error && error.maybeSent === true)
}
