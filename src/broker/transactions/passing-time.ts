import { abortByCoordinator } from './prepare-end'
import { done } from './reduced'
import type { TransactionSettings } from './settings'
import { isEnding, noTransaction, type Transaction } from './transaction'
import type { Reduced, TimeoutEvent } from './transaction-event'

/** A transaction that has lasted longer than its producer wanted is aborted. */
export function timeOut(
  known: Transaction,
  { newProducerId }: TimeoutEvent,
  now: number,
  settings: TransactionSettings,
): Reduced {
  const { state, startedAt, timeoutMs } = known
  const isLate = state === 'Ongoing' && startedAt + timeoutMs < now
  return isLate ? abortByCoordinator(known, newProducerId, now, settings) : done(known)
}

/** A transactional id that nobody has used for long is forgotten, unless a transaction of it goes on. */
export function expire(known: Transaction, now: number, { expirationMs }: TransactionSettings): Reduced {
  const isUsed = known.state === 'Ongoing' || isEnding(known) || known.updatedAt > now - expirationMs
  return done(isUsed ? known : noTransaction(known.transactionalId))
}
