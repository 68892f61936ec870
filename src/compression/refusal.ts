import { DecompressionError } from '../kernel'

/** Refuses data that no writer makes. */
export function damaged(codec: string, reason: string, cause?: unknown): never {
  throw new DecompressionError(codec, reason, { cause })
}

/** Refuses data for its size: `bytes` of it where the data says so itself. */
export function tooLarge(codec: string, limit: number, bytes?: number): never {
  const size = bytes === undefined ? 'the data' : `${bytes} bytes of data`
  throw new DecompressionError(
    codec,
    `${size} would pass maxDecompressedBytes (${limit}); raise it to read this`,
    {
      limit,
    },
  )
}
