import { otherSettings } from '../support/mutants'

/** A compacted topic takes records without a key. */
export const mutate = otherSettings({ cleanupPolicy: { compact: false, delete: true } })

export const only = /^produce-topic-settings\./
