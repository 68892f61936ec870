import { accepting } from '../support/mutants'

/** Batches are appended that are several, or say other things than their records. */
export const mutate = accepting('INVALID_RECORD')

export const only = /^produce-batches\./
