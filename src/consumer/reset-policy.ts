import { Option, type Clock } from '../kernel'
import { timeAgo, type Target } from './start-offset'

/** Where reading goes on when a position is not to be had: an end of the log, or so long ago (KIP-1106). */
export type ResetTo = 'earliest' | 'latest' | { readonly agoMs: number }

export type ResetPolicy = ResetTo | 'none'

export const resetPolicy = new Option<ResetPolicy>(
  `'earliest', 'latest', 'none' or { agoMs }, whole milliseconds from 0`,
  'latest',
  asPolicy,
)

/** A time is fixed when the position is lost, however long it takes to find the new one. */
export function targetOfReset(to: ResetTo, clock: Clock): Target {
  return typeof to === 'string' ? to : timeAgo(to.agoMs, clock)
}

function asPolicy(value: unknown): ResetPolicy | undefined {
  if (value === 'earliest' || value === 'latest' || value === 'none') return value
  if (typeof value !== 'object' || value === null) return undefined
  const { agoMs } = value as { agoMs?: unknown }
  return Number.isSafeInteger(agoMs) && (agoMs as number) >= 0 ? { agoMs: agoMs as number } : undefined
}
