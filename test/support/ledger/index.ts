export { Ledger, type LedgerEntry } from './ledger'
export { faultsOf, type Account, type LedgerRules } from './account'
