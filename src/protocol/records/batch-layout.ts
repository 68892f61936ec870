/** Where the fields of a record batch (format 2) are, in bytes from its beginning. */
export const layout = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const

/** `batchLength` (and the size of a message in the older formats) counts what follows it. */
export const lengthOverhead = 12

export const attributes = {
  compressionMask: 0x07,
  appendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const

/** What a batch of no producer, or with no sequence yet, says in these fields. */
export const none = -1
