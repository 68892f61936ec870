import type { KafkaError, TopicPartition } from '../kernel'
import type { MemberVerdict } from './verdict'

/** Where a member of a classic group stands; its partitions are divided eagerly. */
export type ClassicPhase =
  /** Not begun. */
  | 'unjoined'
  /** JoinGroup is asked, or will be after a pause. */
  | 'joining'
  /** In a generation, and about to hear what is assigned. */
  | 'syncing'
  /** In a generation, with partitions. */
  | 'stable'
  /** In a generation that is ending: partitions are let go before the member joins again. */
  | 'revoking'
  /** Told to leave, or failed: lets go, then says so to the group. */
  | 'leaving'
  /** Has left, or failed for good. */
  | 'over'

/** What JoinGroup answered: this member is in a generation. */
export interface Joined {
  readonly memberId: string
  readonly generationId: number
}

type Partitions = readonly TopicPartition[]

/** Never changed in place. */
export interface ClassicState<J extends Joined = Joined> {
  readonly phase: ClassicPhase
  /** As the group gave it; '' while it has not. */
  readonly memberId: string
  /** Heartbeats are due as long as there is one. */
  readonly generation: J | undefined
  /** What was assigned and is neither revoked nor lost. */
  readonly owned: Partitions | undefined
  /** JoinGroup or SyncGroup is on its way. */
  readonly isAsking: boolean
  /** Questions that failed in a row: pauses grow with them. */
  readonly failures: number
}

export type ClassicEvent<J extends Joined = Joined> =
  | { readonly type: 'start' }
  /** The group gives a member id, under which to join once more (KIP-394). */
  | { readonly type: 'named'; readonly memberId: string }
  | { readonly type: 'joined'; readonly joined: J }
  | { readonly type: 'synced'; readonly partitions: Partitions }
  /** JoinGroup or SyncGroup has failed. */
  | { readonly type: 'failed'; readonly error: KafkaError; readonly verdict: MemberVerdict }
  /** The pause is over. */
  | { readonly type: 'paused' }
  /** A heartbeat or a commit of this generation was refused. */
  | {
      readonly type: 'refused'
      readonly generation: J
      readonly error: KafkaError
      readonly verdict: MemberVerdict
    }
  /** No heartbeat was answered for as long as the group waits for one, or letting go takes too long. */
  | { readonly type: 'expired'; readonly generation: J; readonly error: KafkaError }
  /** There is more to divide than when this generation began, as its leader sees. */
  | { readonly type: 'changed'; readonly generation: J }
  /** These have been let go, and what was done is committed. */
  | { readonly type: 'revoked'; readonly partitions: Partitions }
  | { readonly type: 'leave' }
  | { readonly type: 'left' }
  /** Something of this member's own has failed. */
  | { readonly type: 'broken'; readonly error: KafkaError }

export type ClassicEffect<J extends Joined = Joined> =
  | { readonly type: 'join'; readonly memberId: string }
  | { readonly type: 'sync'; readonly generation: J }
  /** A jittered time, longer with every failure; then `paused`. */
  | { readonly type: 'pause'; readonly failures: number; readonly error: KafkaError }
  | { readonly type: 'assign'; readonly partitions: Partitions }
  /** Drain and commit under the generation that still holds; then `revoked`. */
  | { readonly type: 'revoke'; readonly partitions: Partitions }
  /** Drop at once, commit nothing; ends a `revoke` of the same partitions. */
  | { readonly type: 'lose'; readonly partitions: Partitions; readonly error: KafkaError }
  /** Say that this member is gone; then `left`. */
  | { readonly type: 'leave'; readonly memberId: string }
  | { readonly type: 'fail'; readonly error: KafkaError }
  | { readonly type: 'ended' }

export interface ClassicStep<J extends Joined = Joined> {
  readonly state: ClassicState<J>
  readonly effects: readonly ClassicEffect<J>[]
}

export const unjoined: ClassicState<never> = {
  phase: 'unjoined',
  memberId: '',
  generation: undefined,
  owned: undefined,
  isAsking: false,
  failures: 0,
}
