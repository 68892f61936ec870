import type { Codec, CodecLookup, CompressionType } from '../kernel'

/** Codecs that count what they give: only they know how large a batch has become. */
export class DecompressionMeter {
  readonly #codecs: CodecLookup
  readonly #metered = new Map<CompressionType, Codec>()
  #bytes = 0

  constructor(codecs: CodecLookup) {
    this.#codecs = codecs
  }

  readonly lookup: CodecLookup = type => {
    let codec = this.#metered.get(type)
    if (!codec) this.#metered.set(type, (codec = this.#meter(this.#codecs(type))))
    return codec
  }

  /** Bytes that were decompressed since it was asked last. */
  take(): number {
    const bytes = this.#bytes
    this.#bytes = 0
    return bytes
  }

  #meter(codec: Codec): Codec {
    return {
      type: codec.type,
      compress: (data, level) => codec.compress(data, level),
      decompress: (data, maxBytes) => {
        const decompressed = codec.decompress(data, maxBytes)
        this.#bytes += decompressed.length
        return decompressed
      },
    }
  }
}
