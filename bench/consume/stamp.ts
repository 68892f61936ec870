/** The time of sending, at the head of a value: ns of the clock that all processes of a machine share. */
const stampBytes = 8

/** A value of so many bytes that tells when it was made. */
export function stamped(bytes: number): Buffer {
  const value = Buffer.alloc(Math.max(stampBytes, bytes), '.')
  value.writeBigInt64BE(process.hrtime.bigint())
  return value
}

/** How long ago the value was made. */
export function sinceMs({ buffer, byteOffset }: Uint8Array): number {
  const made = new DataView(buffer, byteOffset, stampBytes).getBigInt64(0)
  return Number(process.hrtime.bigint() - made) / 1e6
}
