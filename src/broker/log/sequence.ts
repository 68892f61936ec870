import type { ErrorName } from '../../protocol'
import type { ProducerState, RememberedBatch } from './producer-state'
import type { SequencedBatch } from './sequenced-batch'
import type { Verification } from './verification'

/** Whether a batch is the next one of its producer, one that is in the log already, or neither. */
export type SequenceVerdict =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly of: RememberedBatch }
  | { readonly kind: 'refused'; readonly error: ErrorName; readonly reason: string }

const next: SequenceVerdict = { kind: 'next' }
const maxSequence = 0x7fff_ffff
const noEpoch = -1

/** The sequence so many records behind another one; behind 2^31 - 1 they start again at 0. */
export function advanceSequence(sequence: number, count: number): number {
  return sequence > maxSequence - count ? count - (maxSequence - sequence) - 1 : sequence + count
}

/**
 * Judges a batch by what the log knows of its producer (KIP-98). A producer that it does not know, or no more, may
 * begin with any sequence (KIP-360), but for the first batch of a transaction with an epoch of its own (KIP-890). What
 * is older than the batches remembered is out of order, not a duplicate.
 *
 * @param producer undefined when the log does not know this producer id
 * @param verification of a transaction that begins with this batch or another one in flight
 */
export function checkSequence(
  producer: ProducerState | undefined,
  batch: SequencedBatch,
  verification?: Verification,
): SequenceVerdict {
  const { producerEpoch, baseSequence, lastSequence } = batch
  const epoch = producer?.epoch ?? noEpoch
  if (producerEpoch < epoch)
    return refused('INVALID_PRODUCER_EPOCH', batch, `the log has seen epoch ${epoch}`)
  const batches = producer !== undefined && producerEpoch === epoch ? producer.batches : []
  const original = batches.find(one => one.baseSequence === baseSequence && one.lastSequence === lastSequence)
  if (original !== undefined) return { kind: 'duplicate', of: original }
  const last = batches.at(-1)
  const expected = last === undefined ? 0 : advanceSequence(last.lastSequence, 1)
  const first = overtaken(batch, verification)
  if (first !== undefined) return refused(outOfOrder, batch, `sequence ${first} begins its transaction`)
  if (epoch === noEpoch) {
    if (!verification?.bumpsEpochs || baseSequence === 0) return next
  } else if (baseSequence === expected) return checkKind(producer, batch)
  return refused(outOfOrder, batch, `sequence ${expected} comes next`)
}

/** The sequence that has to come first, if this batch has overtaken that one. */
function overtaken({ baseSequence }: SequencedBatch, verification?: Verification): number | undefined {
  if (verification === undefined || baseSequence <= verification.lowestSequence) return undefined
  return verification.lowestSequence
}

/** Within a transaction everything belongs to it. */
function checkKind(producer: ProducerState | undefined, batch: SequencedBatch): SequenceVerdict {
  if (producer?.transactionStart === undefined || batch.isTransactional) return next
  return refused('INVALID_TXN_STATE', batch, 'its transaction goes on, and this is no part of it')
}

const outOfOrder = 'OUT_OF_ORDER_SEQUENCE_NUMBER'

function refused(error: ErrorName, batch: SequencedBatch, why: string): SequenceVerdict {
  const { producerId, producerEpoch, baseSequence } = batch
  const reason = `producer ${producerId} epoch ${producerEpoch} sequence ${baseSequence}: ${why}`
  return { kind: 'refused', error, reason }
}
