/** What does the work of zstd. */
export interface ZstdEngine {
  compress(data: Uint8Array, level: number): Buffer
  /** The same on another thread, where the engine can. */
  readonly compressAsync?: (data: Uint8Array, level: number) => Promise<Buffer>
  /**
   * The content of one whole frame. Undefined when it is over `maxBytes`; throws for damaged data.
   *
   * @param expectedBytes the most that the frame can hold
   */
  decompress(frame: Buffer, expectedBytes: number, maxBytes: number): Buffer | undefined
}
