import { BufferPool } from '../kernel'
import { tooLarge } from './refusal'

/** Fresh memory is slow to touch, so outputs up to this size grow in memory that is used again. */
const pool = new BufferPool(4 * 1024 * 1024)

/** Output whose size shows only as it is made: never takes more memory than twice its size, nor passes the limit. */
export class GrowingOutput {
  readonly #codec: string
  readonly #limit: number
  #bytes: Buffer
  length = 0

  constructor(codec: string, limit: number, firstBytes: number) {
    this.#codec = codec
    this.#limit = limit
    this.#bytes = pool.acquire(Math.min(firstBytes, limit))
  }

  /** What there is to write into: filled up to `length`, with room for what was reserved. */
  get bytes(): Buffer {
    return this.#bytes
  }

  get room(): number {
    return this.#limit - this.length
  }

  /** Makes room for so many bytes more, or for as many as the limit allows. */
  reserve(bytes: number): void {
    const wanted = this.length + Math.min(bytes, this.room)
    if (wanted <= this.#bytes.length) return
    const larger = pool.acquire(Math.max(wanted, Math.min(this.#bytes.length * 2, this.#limit)))
    this.#bytes.copy(larger, 0, 0, this.length)
    pool.release(this.#bytes)
    this.#bytes = larger
  }

  append(data: Buffer): void {
    if (data.length > this.room) tooLarge(this.#codec, this.#limit)
    this.reserve(data.length)
    data.copy(this.#bytes, this.length)
    this.length += data.length
  }

  /** The output, in memory of exactly its size. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.length))
  }

  /** To be called once, at the end, however it ends. */
  release(): void {
    pool.release(this.#bytes)
  }
}
