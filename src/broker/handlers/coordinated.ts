import type { ErrorName } from '../../protocol'
import type { Call } from './call'

/** Why the broker that was asked does not serve this group; undefined when it does. */
export function groupRefusal(groupId: string, { cluster, broker }: Call): ErrorName | undefined {
  return cluster.coordinators.refusal('group', groupId, broker.id)
}

/** The same of a transactional id. */
export function transactionRefusal(
  transactionalId: string,
  { cluster, broker }: Call,
): ErrorName | undefined {
  return cluster.coordinators.refusal('transaction', transactionalId, broker.id)
}

/** The same where '' is no group's id: that is told by whichever broker is asked. */
export function memberRefusal(groupId: string, call: Call): ErrorName | undefined {
  return groupId === '' ? undefined : groupRefusal(groupId, call)
}
