import type { ReceivedMessage } from '../../kernel'

/** The headers that begin here. The reader has walked over them, so they are known to be sound. */
export function readHeaders(bytes: Buffer, start: number): ReceivedMessage['headers'] {
  let at = start
  const varint = () => {
    let zigzag = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1)
    }
  }
  const headers: [string, Buffer | null][] = []
  for (let left = varint(); left > 0; left--) {
    const nameEnd = varint() + at
    const name = bytes.toString('utf8', at, nameEnd)
    at = nameEnd
    const length = varint()
    headers.push([name, length < 0 ? null : bytes.subarray(at, at + length)])
    if (length > 0) at += length
  }
  return headers
}
