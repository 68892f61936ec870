import { brokenRules } from '../support/mutants'

/** A broker that goes keeps what it leads. */
export const mutate = brokenRules(() => ({
  electLeader: now => (now.leader === -1 ? { leader: now.replicas[0]!, isr: now.isr } : now),
}))

export const brokers = 3

export const only = /^(broker-away|leader-moves)\./
