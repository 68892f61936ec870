import {
  BrokerError,
  DeliveryError,
  FencedError,
  KafkaError,
  ProtocolError,
  UnsupportedError,
} from '../../kernel'

/** What an error means for a transaction. */
export type TransactionVerdict =
  /** It can be aborted, and another one begun. */
  | 'abort'
  /** Nothing but a new producer helps. */
  | 'fatal'

const invalidProducerEpoch = 47
const producerFenced = 90
const fenced = new Set([invalidProducerEpoch, producerFenced])

const fatal = new Set([
  31, // CLUSTER_AUTHORIZATION_FAILED
  35, // UNSUPPORTED_VERSION
  43, // UNSUPPORTED_FOR_MESSAGE_FORMAT
  50, // INVALID_TRANSACTION_TIMEOUT
  53, // TRANSACTIONAL_ID_AUTHORIZATION_FAILED
])

const concurrentTransactions = 51
const unknownServerError = -1

/** What the error of a question to a coordinator means for the transaction. */
export function transactionVerdict(error: KafkaError): TransactionVerdict {
  if (error instanceof FencedError || error instanceof UnsupportedError) return 'fatal'
  if (!(error instanceof BrokerError)) return 'abort'
  return fenced.has(error.code) || fatal.has(error.code) ? 'fatal' : 'abort'
}

/**
 * What the error of a send means. A partition knows of a newer epoch also when the coordinator has only ended a
 * transaction that was too old; whether there is a newer producer, the coordinator says when it is told to abort.
 */
export function sendVerdict(error: KafkaError): TransactionVerdict {
  const cause = error instanceof DeliveryError && error.cause instanceof KafkaError ? error.cause : error
  const isOldEpoch = cause instanceof BrokerError && cause.code === invalidProducerEpoch
  return isOldEpoch ? 'abort' : transactionVerdict(cause)
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

/**
 * Whether the broker may have done what it was asked, although this came of it. A coordinator that has written an end
 * to its log may still answer what it answers when it never saw the question: COORDINATOR_NOT_AVAILABLE when its
 * replicas were not quick enough, NOT_COORDINATOR when it was deposed, COORDINATOR_LOAD_IN_PROGRESS when it was elected
 * again by then. CONCURRENT_TRANSACTIONS it answers before it writes.
 */
export function isUnknown(error: KafkaError): boolean {
  if (isConcurrent(error)) return false
  if (error instanceof BrokerError) return error.retriable || error.code === unknownServerError
  return error instanceof ProtocolError || isUnanswered(error)
}

/** Whether the broker may do what it was asked, even from now on. */
export function isUnanswered(error: KafkaError): boolean {
  return 'maybeSent' in error && error.maybeSent === true
}
