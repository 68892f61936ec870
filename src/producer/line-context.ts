import type { Random } from '../kernel'
import type { Sealing } from './batch'
import type { BufferMemory } from './buffer-memory'
import type { Emit } from './event'
import type { Flushes } from './flushes'
import type { IdentitySource } from './identity'
import type { ProducerSettings } from './options'
import type { Outcomes } from './outcomes'
import type { TopicTroubles } from './topic-troubles'

/** What the lines of one producer share. */
export interface LineContext {
  readonly settings: ProducerSettings
  readonly memory: BufferMemory
  readonly flushes: Flushes
  readonly outcomes: Outcomes
  readonly emit: Emit
  readonly identity: IdentitySource
  readonly troubles: TopicTroubles
  /** How batches are sealed just now. */
  readonly sealing: () => Sealing
  /** Monotonic ms. */
  readonly now: () => number
  readonly random: Random
  /** Ms to wait after this many errors in a row. */
  readonly pauseMs: (attempts: number) => number
}
