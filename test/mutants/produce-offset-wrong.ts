import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Produce answers offsets that are one too high. */
export const mutate = answerFields(Apis.Produce, { baseOffset: (offset: bigint) => offset + 1n })

export const only = /^(deliveries|produce|producer-sequences|send-all)\./
