import { BrokerError, DefectError, ProtocolError, type KafkaError } from '../kernel'

/** What an error says of a batch. DUPLICATE_SEQUENCE_NUMBER is no error: the batch is in the log. */
export type Verdict =
  /** Ask again, with the same bytes. */
  | 'retry'
  /** The broker takes less at a time: divide between calls. */
  | 'split'
  /** The broker misses a batch before this one, or has had it too long ago to know it again. */
  | 'out-of-order'
  /** The broker has forgotten the producer, or knows a newer one. */
  | 'stranger'
  | 'fail'

const verdicts = new Map<number, Verdict>([
  [10, 'split'], // MESSAGE_TOO_LARGE
  [18, 'split'], // RECORD_LIST_TOO_LARGE
  [45, 'out-of-order'], // OUT_OF_ORDER_SEQUENCE_NUMBER
  [47, 'stranger'], // INVALID_PRODUCER_EPOCH
  [59, 'stranger'], // UNKNOWN_PRODUCER_ID
])

export function verdictOn(error: KafkaError): Verdict {
  const known = error instanceof BrokerError ? verdicts.get(error.code) : undefined
  return known ?? (error.retriable ? 'retry' : 'fail')
}

const concurrentTransactions = 51

/** Whether the broker will take it once it has finished the transaction before. */
export function isSoonOver(error: KafkaError): boolean {
  return error instanceof BrokerError && error.code === concurrentTransactions
}

const duplicateSequenceNumber = 46

/** Whether the broker refused it because it has it. */
export function isDuplicate(errorCode: number): boolean {
  return errorCode === duplicateSequenceNumber
}

/** Codes with which the batch may be in the log all the same. */
const uncertain = new Set([
  -1, // UNKNOWN_SERVER_ERROR
  6, // NOT_LEADER_OR_FOLLOWER: also for a batch that the leader took before it was deposed
  7, // REQUEST_TIMED_OUT: the leader has it, its replicas were not quick enough
  13, // NETWORK_EXCEPTION
  20, // NOT_ENOUGH_REPLICAS_AFTER_APPEND
  56, // KAFKA_STORAGE_ERROR
])

/** Whether the batch may have been written although the attempt failed. */
export function mayBeWritten(error: KafkaError): boolean {
  if (error instanceof BrokerError) return uncertain.has(error.code)
  // An answer that cannot be read is an answer all the same.
  if (error instanceof ProtocolError || error instanceof DefectError) return true
  return 'maybeSent' in error && error.maybeSent === true
}
