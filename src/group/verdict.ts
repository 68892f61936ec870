import { BrokerError, type KafkaError } from '../kernel'

/** What an error of a group's coordinator means for the member. */
export type MemberVerdict =
  /** Nothing: the same question may be asked again. */
  | 'again'
  /** The group divides its partitions anew: join. */
  | 'rebalance'
  /** The group has gone on without this member, which it still knows. */
  | 'stale'
  /** The group does not know this member (any more). */
  | 'unknown'
  /** Somebody else has taken this member's place. */
  | 'fenced'
  /** It cannot be a member. */
  | 'fatal'

const verdicts: Readonly<Record<string, MemberVerdict>> = {
  REBALANCE_IN_PROGRESS: 'rebalance',
  ILLEGAL_GENERATION: 'stale',
  UNKNOWN_MEMBER_ID: 'unknown',
  FENCED_INSTANCE_ID: 'fenced',
}

export function memberVerdict(error: KafkaError): MemberVerdict {
  const told = error instanceof BrokerError ? verdicts[error.reason] : undefined
  return told ?? (error.retriable ? 'again' : 'fatal')
}
