import { inspect, KafkaError } from './errors'

/**
 * A transactional producer may not go on, and whatever it had not committed is aborted: a newer producer uses its
 * `transactionalId`, or its transaction lasted longer than `transactionTimeoutMs`, which a broker does not tell apart.
 */
export class FencedError extends KafkaError {
  static override readonly kind = 'fenced'
  readonly transactionalId: string

  constructor(transactionalId: string, cause: KafkaError) {
    super(
      `transactional id ${inspect(transactionalId)} has a newer producer, or the transaction outlived transactionTimeoutMs ` +
        `(${cause.message}); make a new Producer, unless another one has taken over`,
      { cause },
    )
    this.transactionalId = transactionalId
  }
}

/** A transaction was aborted: none of it is, or will be, committed. `cause` says why, if it was not asked for. */
export class TransactionAbortedError extends KafkaError {
  static override readonly kind = 'transaction-aborted'
  constructor(what: string, cause?: KafkaError) {
    super(cause === undefined ? what : `${what}: ${cause.message}`, { cause })
  }
}

/** A call that does not fit what the transactions of a producer are doing; the text says what does. */
export class TransactionStateError extends KafkaError {
  static override readonly kind = 'transaction-state'
  constructor(what: string, cause?: unknown) {
    super(what, { cause })
  }
}
