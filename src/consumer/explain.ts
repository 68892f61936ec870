import type { TopicPartition } from '../kernel'
import type { PartitionLine } from './partition-line'

type State = PartitionLine['gate']['reason'] | 'in-hand' | 'nacked' | 'deserializing' | 'caught-up'

/** How a partition is just now. */
export interface Explanation extends TopicPartition {
  /** `asked`: a fetch for it is on its way; `in-hand`: the subscriber has all the batches it may have; else why it is not read. */
  readonly state: State
  /** Ms since it is so. */
  readonly sinceMs: number
  /** The same in a sentence, and what to do about it. */
  readonly reason: string
  /** The offset of what is delivered next. */
  readonly position: bigint | undefined
  readonly lag: bigint | undefined
  /** Batches that were delivered and not acked. */
  readonly inHand: number
  /** Bytes that have arrived and were not delivered. */
  readonly bufferedBytes: number
}

const reasons: Readonly<Record<State, string>> = {
  starting: 'it was not looked at yet; onAssigned, if there is one, has to end first',
  asked: 'a fetch for it is on its way',
  'fetch-under-way': 'its leader is being asked, and is asked for it again next',
  'caught-up': 'all that is in the log was read: what is written from now on comes at once',
  'in-hand':
    'the subscriber has all the batches it may have: its handler is at work, or they are to be acked, or maxInFlightBatches raised',
  nacked: 'a batch was given back by nack(), and comes again after its pause',
  deserializing: 'a deserializer has not ended: nothing is delivered before',
  failed: 'it has ended with an error, told once all before it has been delivered',
  paused: 'pause() was called, or a handler failed with onError pause: resume() goes on',
  unread: 'nobody is subscribed to its stream of partitions$',
  'backing-off': 'its last fetch failed: a moment later it is asked for again',
  validating: 'its leader is being asked whether it has what was read so far',
  locating: 'its start offset is being found out',
  'no-leader': 'no broker leads it',
  'buffer-full': 'enough of it has arrived that was not delivered yet',
  'no-room': 'all of maxFetchBufferBytes is in use: ack batches, or raise it',
}

export function explain(line: PartitionLine, now: number): Explanation {
  const { at, gate, reached: position, lag, inHand, bufferedBytes } = line
  const state = stateOf(line)
  return {
    ...at,
    state,
    sinceMs: Math.round(now - gate.since),
    reason: reasons[state],
    position,
    lag,
    inHand: inHand.size,
    bufferedBytes,
  }
}

function stateOf({
  waitsForAck,
  isPaused,
  isResting,
  upcoming,
  gate,
  lag,
}: PartitionLine): keyof typeof reasons {
  if (waitsForAck) return 'in-hand'
  if (isResting && !isPaused) return 'nacked'
  if (upcoming.isPending) return 'deserializing'
  const isAsked = gate.reason === 'asked' || gate.reason === 'fetch-under-way'
  return isAsked && lag === 0n ? 'caught-up' : gate.reason
}
