/** Kafka's names of the compression types; their position is the id in a batch's attributes. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
/** One of Kafka's names of the compression types. */
export type CompressionType = (typeof compressionTypes)[number]

/** One way to compress record data. */
export interface Codec {
  readonly type: CompressionType
  /**
   * @param level gzip: 1 to 9, default 6; zstd: -131072 to 22, default 3; the others have none. Raises an
   * `ArgumentError` for any other.
   */
  compress(data: Uint8Array, level?: number): Buffer
  /**
   * The same on another thread, where there is one that can. Nobody may write or reuse `data` until the promise has
   * ended.
   */
  readonly compressAsync?: ((data: Uint8Array, level?: number) => Promise<Buffer>) | undefined
  /**
   * The data again. Raises a `DecompressionError` for damaged data, and for data that would be over `maxBytes`: that
   * one before the memory is taken.
   */
  decompress(data: Uint8Array, maxBytes: number): Buffer
}

/**
 * Codecs by type. Asking for one whose package is not installed throws an `UnsupportedError` naming the package.
 *
 * @param magic format of the records around the data, default 2. What a codec reads does not depend on it; lz4 for
 * format 0 writes the header checksum that clients of that time expect (KAFKA-3160).
 */
export type CodecLookup = (type: CompressionType, magic?: 0 | 1 | 2) => Codec
