/** Kafka's names of the compression types; their position is the id in a batch's attributes. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionType = (typeof compressionTypes)[number]

/** One way to compress record data. */
export interface Codec {
  readonly type: CompressionType
  /** @param level in the codec's own scale; the codec's default when absent */
  compress(data: Uint8Array, level?: number): Buffer
  /**
   * The data again. Refuses with `DecompressionError` before allocating when it would be over `maxBytes`.
   */
  decompress(data: Uint8Array, maxBytes: number): Buffer
}

/** Codecs by type. Asking for one that is not installed throws an UnsupportedError naming the package. */
export type CodecLookup = (type: CompressionType) => Codec
