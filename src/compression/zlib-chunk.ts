/** The least that zlib takes. */
const smallest = 64
/** What the data announces is believed up to here; beyond it memory is taken as output comes. */
const largest = 1024 * 1024

/** Size of zlib's output pieces: one for all where possible, with a byte to spare so that it need not ask for more. */
export function chunkSize(expectedBytes: number): number {
  return Math.min(Math.max(expectedBytes + 1, smallest), largest)
}
