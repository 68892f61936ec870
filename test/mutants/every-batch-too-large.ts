import { otherSettings } from '../support/mutants'

/** No batch is small enough. */
export const mutate = otherSettings({ maxMessageBytes: 1 })

export const only = /^(cli|client)\./
