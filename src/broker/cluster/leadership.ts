/** Who leads a partition, and who is in sync with it. */
export interface Leadership {
  /** -1 for nobody. */
  readonly leader: number
  readonly isr: readonly number[]
  /** Who may still lead though nobody is in sync any more: those who were last (KIP-966). */
  readonly elr: readonly number[]
}

/** What is known when a leader is chosen. */
export interface Candidates extends Leadership {
  /** In order of preference. */
  readonly replicas: readonly number[]
}

/**
 * The leadership after brokers went or came. A leader that lives keeps it. Without one the first living replica that
 * has everything leads, in the order of preference. When none of those lives there is no leader, until one of those
 * who were in sync last is back: nobody else may lead (no unclean election).
 */
export function electLeader(now: Candidates, isAlive: (broker: number) => boolean): Leadership {
  const eligible = now.isr.length > 0 ? now.isr : now.elr
  const alive = eligible.filter(isAlive)
  if (alive.length === 0) return { leader: -1, isr: [], elr: eligible }
  // Logs are shared: a replica that lives has everything.
  const isr = now.replicas.filter(isAlive)
  const leader = isr.includes(now.leader) ? now.leader : isr.find(id => alive.includes(id))!
  return { leader, isr, elr: [] }
}
