import { milliseconds, settle } from '../kernel'

const table = { timeoutMs: milliseconds(30_000) }

/** Of `close`, of the client as of producers and consumers. */
export interface CloseOptions {
  /** How long it may take before what is left is stopped, in ms. Default 30,000. */
  readonly timeoutMs?: number
}

/** The `timeoutMs`, checked. */
export function closeTimeout(options: CloseOptions): number {
  return settle('close', table, options).timeoutMs
}
