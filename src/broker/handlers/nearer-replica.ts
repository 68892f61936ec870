import { selectors } from '../configs'
import type { Partition } from '../cluster'
import type { Call } from './call'

interface Reader {
  /** Where it is; empty when it does not say. */
  readonly rackId: string
  readonly from: bigint
}

/**
 * A replica in the rack of the reader, where the leader stands in another one (KIP-392); undefined: the leader serves
 * it. Only with `replica.selector.class` set to Kafka's rack aware selector.
 */
export function nearerReplica(
  { leader, isr, log }: Partition,
  { rackId, from }: Reader,
  { broker, cluster }: Call,
): number | undefined {
  if (rackId === '' || leader !== broker.id) return undefined
  if (cluster.config.value('replica.selector.class') !== selectors.nearest) return undefined
  const { brokers } = broker.image
  const isNear = (id: number): boolean => brokers.get(id)?.rack === rackId
  if (isNear(leader) || from < log.startOffset || from > log.endOffset) return undefined
  return isr.find(id => id !== leader && isNear(id))
}
