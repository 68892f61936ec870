import {
  AuthenticationError,
  BrokerError,
  ClosedError,
  FencedError,
  TransactionAbortedError,
  TransactionStateError,
  type KafkaError,
} from '../kernel'

/** Codes that say that the broker will take nothing more from this producer, whatever it sends. */
const refusals = new Set([
  31, // CLUSTER_AUTHORIZATION_FAILED
  33, // UNSUPPORTED_SASL_MECHANISM
  34, // ILLEGAL_SASL_STATE
  53, // TRANSACTIONAL_ID_AUTHORIZATION_FAILED
  58, // SASL_AUTHENTICATION_FAILED
  90, // PRODUCER_FENCED
])

/** Whether no message can be delivered any more, and nothing is worth waiting for: fenced, or refused by who we are. */
export function endsAtOnce(error: KafkaError): boolean {
  return isOrCameOf(
    error,
    cause =>
      cause instanceof AuthenticationError ||
      cause instanceof FencedError ||
      (cause instanceof BrokerError && refusals.has(cause.code)),
  )
}

/** Whether no other message will be taken, while those that were accepted may still be delivered. */
export function endsAll(error: KafkaError): boolean {
  return [ClosedError, TransactionAbortedError, TransactionStateError].some(kind => error instanceof kind)
}

function isOrCameOf(error: unknown, isIt: (error: unknown) => boolean): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (isIt(cause)) return true
  return false
}
