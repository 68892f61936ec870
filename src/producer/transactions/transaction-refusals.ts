import {
  ClosedError,
  FencedError,
  TransactionAbortedError,
  TransactionStateError,
  type KafkaError,
} from '../../kernel'
import type { TransactionPhase } from './transaction-state'

/** Why none can begin. */
const stillOpen: Readonly<Record<Exclude<TransactionPhase, 'ready' | 'fatal'>, string>> = {
  uninitialised: 'the producer is not initialised',
  initialising: 'the producer is being initialised',
  open: 'a transaction is open: commit or abort it first',
  flushing: 'a transaction is being committed: wait for its commit',
  committing: 'a transaction is being committed: wait for its commit',
  failed: 'a transaction has failed: abort it first',
  landing: 'a transaction is being aborted: wait for that',
  aborting: 'a transaction is being aborted: wait for that',
  renewing: 'a transaction is being aborted: wait for that',
}

/** What a second begin fails with. */
export function notReady(phase: Exclude<TransactionPhase, 'ready' | 'fatal'>): KafkaError {
  return new TransactionStateError(`${stillOpen[phase]}; a producer has one at a time`)
}

/** What the deliveries of a transaction that is lost fail with, and what is sent in it from then on. */
export function lost(phase: TransactionPhase, error: KafkaError | undefined): KafkaError {
  return phase === 'fatal'
    ? over(error!)
    : new TransactionAbortedError('the transaction is being aborted', error)
}

/** What every call fails with when nothing can be done any more. */
export function over(error: KafkaError): KafkaError {
  const isClear = [FencedError, ClosedError, TransactionStateError].some(kind => error instanceof kind)
  if (isClear) return error
  const what = `the producer begins no more transactions, make a new one: ${error.message}`
  return new TransactionStateError(what, error)
}

/** What is sent when the end was asked for, or is over, fails with. */
export function tooLate(isOver: boolean): KafkaError {
  return new TransactionStateError(
    isOver
      ? 'the transaction is over; begin another one'
      : 'the transaction takes no more, since its end was asked for; send before commit or abort',
  )
}
