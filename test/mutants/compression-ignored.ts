import { otherSettings } from '../support/mutants'

/** Batches stay compressed as their producer did it. */
export const mutate = otherSettings({ compressionType: 'producer' })

export const only = /^produce-topic-settings\./
