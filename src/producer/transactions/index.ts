export type { GroupMetadata, TransactionOffset } from './offsets'
export type { TransactionWork } from './run-transaction'
export type { Transaction } from './transaction'
export { Transactions } from './transactions'
