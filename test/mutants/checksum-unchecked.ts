import { accepting } from '../support/mutants'

/** A damaged batch is appended. */
export const mutate = accepting('CORRUPT_MESSAGE')

export const only = /^produce-batches\./
