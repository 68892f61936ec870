import type { ClientCore, Purpose } from '../client'
import type { ByteBudget } from './byte-budget'
import type { Emit } from './event'
import type { ConsumerSettings } from './options'

/** What the parts of one subscription share. */
export interface SessionContext {
  readonly client: ClientCore
  readonly topic: string
  readonly settings: ConsumerSettings
  readonly budget: ByteBudget
  /** The connections that this subscription fetches on: nobody else may wait behind its long polls. */
  readonly purpose: Purpose
  readonly emit: Emit
  /** Aborts when nothing more is to be fetched. */
  readonly fetching: AbortSignal
}

/** For texts. */
export function nameOf({ topic }: Pick<SessionContext, 'topic'>): string {
  return `the subscription of Consumer(${topic})`
}
