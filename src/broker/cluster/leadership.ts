/** Who leads a partition, and who is in sync with it. */
export interface Leadership {
  /** -1 for nobody. */
  readonly leader: number
  readonly isr: readonly number[]
  /** Who may lead besides (KIP-966): with nobody in sync, those who were last. Default nobody. */
  readonly eligible?: readonly number[] | undefined
}

/** What is known when a leader is chosen. */
export interface Candidates extends Leadership {
  /** In order of preference. */
  readonly replicas: readonly number[]
}

/**
 * The leadership after brokers went or came. A leader that lives keeps it. Without one the first living replica in
 * sync leads, in the order of preference; with nobody in sync alive there is no leader, and those who were in sync
 * last remain eligible, since only they may come back and lead (no unclean election).
 */
export function electLeader(now: Candidates, isAlive: (broker: number) => boolean): Leadership {
  const mayLead = now.isr.length > 0 ? now.isr : (now.eligible ?? [])
  const alive = mayLead.filter(isAlive)
  if (alive.length === 0) return { leader: -1, isr: [], eligible: mayLead }
  // Logs are shared: a replica that lives has everything.
  const isr = now.replicas.filter(isAlive)
  if (isr.includes(now.leader)) return { leader: now.leader, isr }
  return { leader: isr.find(id => alive.includes(id)) ?? -1, isr }
}
