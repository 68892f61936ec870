import { otherSettings } from '../support/mutants'

/** A batch may be as large as it likes. */
export const mutate = otherSettings({ maxMessageBytes: 0x7fff_ffff, segmentBytes: 0x7fff_ffff })

export const only = /^(deliveries|produce-topic-settings|producer-sequences|send-all)\./
