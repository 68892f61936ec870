import type { ProducerIdentity } from './identity'
import type { Verdict } from './verdict'

/** What becomes of a batch when it comes back without having been written. */
export type Fate =
  /** It leaves again. */
  | 'resend'
  /** It leaves again under a new sequence, since one before it will not be written as it was. */
  | 'regroup'
  /** It fails, since one before it has failed for good. */
  | 'fail'

/** A batch that has left and has no outcome yet. */
export interface Sent<B> {
  readonly batch: B
  readonly identity: ProducerIdentity | undefined
  /** Of its first message. */
  readonly sequence: number
  /** In a request that has no answer; else it is here and waits. */
  readonly isFlying: boolean
  /** An attempt may have been written although it failed. */
  readonly maybeWritten: boolean
  /** Its outcome has been told, only the answer is missing. */
  readonly isOver: boolean
  /** The broker says that it is out of order, as all before it are. Whether they are in the log shows behind them. */
  readonly isMissed: boolean
  /** Sequences prove nothing of it: the log is another one now, or a batch behind it was taken while it was refused. */
  readonly isAdrift: boolean
  readonly fate: Fate
}

/** What is under way because a batch cannot simply leave again. Ends when everything behind it has landed. */
export interface Trouble<B> {
  /** To be divided when it leaves again. */
  readonly divide: B | undefined
  /** Something may have used a sequence that nobody may use again. */
  readonly needsEpoch: boolean
  /** The first sequence that was not used, if there is no need for a new epoch. */
  readonly sequence: number
}

/** Who numbers the messages of one partition, how far, and which batches have left. Never changed in place. */
export interface Sequences<B> {
  readonly identity: ProducerIdentity | undefined
  readonly next: number
  /** In the order of their sequences. */
  readonly sent: readonly Sent<B>[]
  /** A batch came back while others fly; until they have all landed nothing leaves. */
  readonly isHeld: boolean
  /** The broker has taken a batch of this identity, so that it refuses one that comes before its turn. */
  readonly isProven: boolean
  readonly trouble: Trouble<B> | undefined
}

export type SequenceEvent<B> =
  /** For the first time. */
  | {
      readonly type: 'left'
      readonly batch: B
      readonly count: number
      readonly identity: ProducerIdentity | undefined
    }
  | { readonly type: 'left-again'; readonly batch: B }
  | { readonly type: 'acknowledged'; readonly batch: B }
  | {
      readonly type: 'refused'
      readonly batch: B
      readonly verdict: Verdict
      /** This attempt may have been written. */
      readonly maybeWritten: boolean
      /** It holds the messages of several calls. */
      readonly isDivisible: boolean
    }
  /** Out of time; it may still fly. */
  | { readonly type: 'expired'; readonly batch: B }
  /** What leaves from here on goes to another broker than before. */
  | { readonly type: 'other-broker' }
  /** Whatever is numbered from here on belongs to another log: the topic was deleted and created again. */
  | { readonly type: 'other-log' }

export type SequenceEffect<B> =
  | { readonly type: 'deliver'; readonly batch: B }
  /** It is in the log; nobody told us where. */
  | { readonly type: 'found'; readonly batch: B }
  /** It waits to leave again; `pause` unless the fault is that of a batch before it. */
  | { readonly type: 'retry'; readonly batch: B; readonly pause: boolean }
  | { readonly type: 'fail'; readonly batch: B; readonly maybeWritten: boolean }
  /** What has not left yet fails as well. */
  | { readonly type: 'fail-queue' }
  /** These were surely not written: they leave again before all others, the one to be divided in two. */
  | { readonly type: 'requeue'; readonly batches: readonly B[]; readonly divide: B | undefined }
  /** This identity may not be used here any more. */
  | { readonly type: 'renew'; readonly identity: ProducerIdentity }
  /** The broker does not know what it has acknowledged. */
  | { readonly type: 'data-lost'; readonly batch: B }
