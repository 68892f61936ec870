import type { Leadership } from './leadership'

/** Who besides those in sync may lead, and who led last (KIP-966). */
export interface EligibleLeaders {
  readonly eligible: readonly number[]
  /** Nobody unless nobody leads. */
  readonly lastKnown: readonly number[]
}

const none: EligibleLeaders = { eligible: [], lastKnown: [] }

/**
 * The same after others are in sync. With `minInsync` of them nobody else is needed; with fewer, whoever drops out of
 * them remains eligible, since no record was committed without him.
 */
export function eligibleAfter(
  before: Leadership & EligibleLeaders,
  isr: readonly number[],
  minInsync: number,
): EligibleLeaders {
  if (isr.length >= minInsync) return none
  const both = new Set([...before.eligible, ...before.isr])
  const eligible = [...both].filter(id => !isr.includes(id)).sort((a, b) => a - b)
  if (isr.length > 0) return { eligible, lastKnown: [] }
  return { eligible, lastKnown: before.leader === -1 ? before.lastKnown : [before.leader] }
}
