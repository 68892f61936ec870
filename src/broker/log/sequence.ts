import type { ErrorName } from '../../protocol'
import type { ProducerState, RememberedBatch } from './producer-state'

/** What the header of a batch says of its producer. */
export interface SequencedBatch {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
}

/** Whether a batch is the next one of its producer, one that is in the log already, or neither. */
export type SequenceVerdict =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly of: RememberedBatch }
  | { readonly kind: 'refused'; readonly error: ErrorName; readonly reason: string }

const next: SequenceVerdict = { kind: 'next' }
const maxSequence = 0x7fff_ffff

/** The sequence `count` records behind another; numbers start again at 0 behind 2^31 - 1. */
export function advanceSequence(sequence: number, count: number): number {
  return sequence > maxSequence - count ? count - (maxSequence - sequence) - 1 : sequence + count
}

/**
 * Judges a batch by what the log knows of its producer (KIP-98). A producer that it does not know, or no more, may
 * begin with any sequence (KIP-360).
 *
 * @param producer undefined when the log does not know this producer id
 */
export function checkSequence(producer: ProducerState | undefined, batch: SequencedBatch): SequenceVerdict {
  if (producer === undefined) return next
  const { producerEpoch, baseSequence, lastSequence } = batch
  if (producerEpoch < producer.epoch)
    return refused('INVALID_PRODUCER_EPOCH', batch, `the log has seen epoch ${producer.epoch}`)
  if (producerEpoch > producer.epoch)
    return baseSequence === 0
      ? next
      : refused('OUT_OF_ORDER_SEQUENCE_NUMBER', batch, 'a new epoch begins with sequence 0')
  const original = producer.batches.find(
    one => one.baseSequence === baseSequence && one.lastSequence === lastSequence,
  )
  if (original !== undefined) return { kind: 'duplicate', of: original }
  const expected = nextSequence(producer)
  return baseSequence === expected
    ? next
    : refused('OUT_OF_ORDER_SEQUENCE_NUMBER', batch, `sequence ${expected} comes next`)
}

function nextSequence({ batches }: ProducerState): number {
  const last = batches.at(-1)
  return last === undefined ? 0 : advanceSequence(last.lastSequence, 1)
}

function refused(error: ErrorName, batch: SequencedBatch, why: string): SequenceVerdict {
  const { producerId, producerEpoch, baseSequence } = batch
  return {
    kind: 'refused',
    error,
    reason: `producer ${producerId} epoch ${producerEpoch} sequence ${baseSequence}: ${why}`,
  }
}
