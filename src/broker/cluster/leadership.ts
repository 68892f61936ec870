/** Who leads a partition, and who is in sync with it. */
export interface Leadership {
  /** -1 for nobody. */
  readonly leader: number
  readonly isr: readonly number[]
}

/** What is known when a leader is chosen. */
export interface Candidates extends Leadership {
  /** In order of preference. */
  readonly replicas: readonly number[]
  /** Who may lead besides those in sync (KIP-966). */
  readonly eligible: readonly number[]
}

/**
 * The leadership after brokers went or came. A leader that lives keeps it. Without one the first living replica leads,
 * in the order of preference, of those that were in sync or are eligible; with none of them alive there is no leader,
 * since only they may come back and lead (no unclean election).
 */
export function electLeader(now: Candidates, isAlive: (broker: number) => boolean): Leadership {
  const alive = [...now.isr, ...now.eligible].filter(isAlive)
  if (alive.length === 0) return { leader: -1, isr: [] }
  // Logs are shared: a replica that lives has everything.
  const isr = now.replicas.filter(isAlive)
  if (isr.includes(now.leader)) return { leader: now.leader, isr }
  return { leader: isr.find(id => alive.includes(id)) ?? -1, isr }
}
