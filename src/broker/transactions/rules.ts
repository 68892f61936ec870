import { addPartitions, verify } from './add-partitions'
import { end } from './end'
import { init } from './init'
import { expire, timeOut } from './passing-time'
import { completeEnd } from './prepare-end'
import { done } from './reduced'
import type { TransactionSettings } from './settings'
import { isEnding, type Transaction } from './transaction'
import type { Reduced, TransactionEvent } from './transaction-event'

/** What an event makes of a transactional id at a time (ms of the clock's `now`). Pure: nothing given is changed. */
export type TransactionRules = (
  known: Transaction,
  event: TransactionEvent,
  now: number,
  settings: TransactionSettings,
) => Reduced

/** Transactions as Kafka 4.3 has them (KIP-98, KIP-360, KIP-588, KIP-890). */
export const defaultTransactionRules: TransactionRules = (known, event, now, settings) => {
  switch (event.type) {
    case 'init':
      return init(known, event, now, settings)
    case 'add':
      return addPartitions(known, event, now)
    case 'verify':
      return verify(known, event)
    case 'end':
      return end(known, event, now)
    case 'marked':
      return done(isEnding(known) ? completeEnd(known, now) : known)
    case 'timeout':
      return timeOut(known, event, now, settings)
    case 'expiry':
      return expire(known, now, settings)
  }
}
