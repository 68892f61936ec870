import { damaged } from './refusal'

/*
 * The framing of snappy-java's stream: magic, version 1, compatible with 1, then blocks of raw snappy, each behind its
 * length. All numbers are big-endian.
 */
const magic = Buffer.from('\x82SNAPPY\0', 'latin1')
export const xerialHeader = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])

/** Bytes of data in a block, as Kafka's Java client cuts it. */
export const xerialBlockBytes = 32 * 1024

export function isXerial(data: Buffer): boolean {
  return data.length >= xerialHeader.length && startsStream(data, 0)
}

/** The raw snappy blocks of one stream or several, in order, not copied. */
export function* xerialBlocks(data: Buffer): Generator<Buffer> {
  let at = 0
  while (at < data.length) {
    if (startsStream(data, at)) {
      at += xerialHeader.length
      continue
    }
    const length = at + 4 <= data.length ? data.readInt32BE(at) : -1
    const start = at + 4
    if (length < 0 || length > data.length - start)
      damaged('snappy', `block at byte ${at} of ${data.length} is cut off or has a wrong length`)
    yield data.subarray(start, start + length)
    at = start + length
  }
  if (at !== data.length) damaged('snappy', `stream header at byte ${at - xerialHeader.length} is cut off`)
}

function startsStream(data: Buffer, at: number): boolean {
  return (
    data[at] === magic[0] &&
    data.compare(magic, 0, magic.length, at, Math.min(at + magic.length, data.length)) === 0
  )
}
