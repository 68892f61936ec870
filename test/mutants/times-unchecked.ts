import { accepting } from '../support/mutants'

/** A record may have any time. */
export const mutate = accepting('INVALID_TIMESTAMP')

export const only = /^produce-topic-settings\./
