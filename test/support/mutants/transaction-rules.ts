import type { Parts } from '../../../src/broker/seams'
import { brokenRules, type Mutate } from './mutate'

type TransactionRules = Parts['rules']['transactionRules']
type Transaction = Parameters<TransactionRules>[0]
type TransactionEvent = Parameters<TransactionRules>[1]
type Reduced = ReturnType<TransactionRules>

/** Transactional ids see other events than those that happened. */
export const transactionEvents = (
  change: (event: TransactionEvent, known: Transaction) => TransactionEvent,
): Mutate =>
  brokenRules(({ transactionRules }) => ({
    transactionRules: (known, event, ...rest) => transactionRules(known, change(event, known), ...rest),
  }))

/** What becomes of a transactional id, and what is done about an event, is something else. */
export const transactionOutcomes = (
  change: (reduced: Reduced, event: TransactionEvent, known: Transaction) => Reduced,
): Mutate =>
  brokenRules(({ transactionRules }) => ({
    transactionRules: (known, event, ...rest) =>
      change(transactionRules(known, event, ...rest), event, known),
  }))
