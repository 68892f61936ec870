import { BrokerError, type KafkaError, type TopicPartition } from '../kernel'
import type { ClientCore } from '../client'

/** Whom to ask for a partition, where it is not simply its leader (KIP-392). */
export interface NearestReplica {
  /** A replica that the leader has named; undefined: the leader itself, and it is not told where we are. */
  readonly broker: number | undefined
  /** Monotonic ms from which on that counts no longer. */
  readonly until: number
}

interface Placed {
  readonly at: TopicPartition
  nearest: NearestReplica | undefined
}

/** How long a replica that failed is left alone, in ms: the leader would only name it again. */
const shunMs = 30_000
/** How long one is that only knows of another leader: it may hear of ours any moment, or never. */
const lateMs = 1000

/** The leader has named this replica. */
export function prefer(line: Placed, broker: number, { settings }: ClientCore): void {
  line.nearest = { broker, until: settings.clock.monotonic() + settings.metadataMaxAgeMs }
}

const epochErrors = ['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH']

/** Whatever went wrong, it is the leader's turn. */
export function shun(line: Placed, error: KafkaError, { settings }: ClientCore): void {
  if (line.nearest?.broker === undefined) return
  const isLate = error instanceof BrokerError && epochErrors.includes(error.reason)
  line.nearest = { broker: undefined, until: settings.clock.monotonic() + (isLate ? lateMs : shunMs) }
}

/** The replica to ask instead of the leader, as long as it is one. */
export function nearestReplica(
  line: Placed,
  { cluster, router }: ClientCore,
  now: number,
): number | undefined {
  if (line.nearest && now >= line.nearest.until) line.nearest = undefined
  const broker = line.nearest?.broker
  if (broker === undefined) return undefined
  const partition = cluster.partition(line.at.topic, line.at.partition)
  if (router.brokers.get(broker) && !partition?.offlineReplicas.includes(broker)) return broker
  line.nearest = { broker: undefined, until: now + shunMs }
  return undefined
}
