import type { SequencedBatch } from './sequenced-batch'

/**
 * What a log knows of a producer whose transaction begins here, until its first batch is written (KIP-890): of several
 * batches in flight none may overtake the first one, which may be refused for now.
 */
export interface Verification {
  readonly producerEpoch: number
  readonly lowestSequence: number
  /** Whether each transaction of this producer has an epoch of its own, and so begins with sequence 0. */
  readonly bumpsEpochs: boolean
}

/** The same once another batch asks. */
export function verificationOf(
  known: Verification | undefined,
  { producerEpoch, baseSequence }: SequencedBatch,
  bumpsEpochs: boolean,
): Verification {
  if (known === undefined || producerEpoch > known.producerEpoch)
    return { producerEpoch, lowestSequence: baseSequence, bumpsEpochs }
  const isSame = producerEpoch === known.producerEpoch
  const lowestSequence = isSame ? Math.min(known.lowestSequence, baseSequence) : known.lowestSequence
  return { ...known, lowestSequence, bumpsEpochs }
}
