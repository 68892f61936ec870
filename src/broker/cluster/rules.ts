import { defaultGroupRules, type GroupRules } from '../groups'
import { defaultLogRules, type LogRules } from '../log'
import { defaultTransactionRules, type TransactionRules } from '../transactions'
import { electLeader, type Candidates, type Leadership } from './leadership'
import type { Partition } from './partition'

/** What the cluster decides by. A test replaces a rule by a wrong one, to prove that the contract cases notice. */
export interface Rules {
  readonly logRules: LogRules
  readonly groupRules: GroupRules
  readonly transactionRules: TransactionRules
  electLeader(this: void, now: Candidates, isAlive: (broker: number) => boolean): Leadership
  /** After a partition got a leader, in a new epoch. */
  onElected(this: void, partition: Partition): void
}

export const defaultRules: Rules = {
  logRules: defaultLogRules,
  groupRules: defaultGroupRules,
  transactionRules: defaultTransactionRules,
  electLeader,
  onElected: () => undefined,
}
