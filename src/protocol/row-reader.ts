import type { Reader } from '../kernel'

/** One line of an annotated hex dump. */
export interface Explained {
  readonly offset: number
  readonly bytes: Buffer
  readonly path: string
  /** As a person would write it. */
  readonly value: string
}

/** Called for each row, in the order of the bytes. */
export type OnRow = (row: Explained) => void

/** Reads values and tells of each, with where it stood. */
export class RowReader {
  readonly reader: Reader
  /** Of the value that is being read, or was last. */
  path = ''
  readonly #onRow: OnRow | undefined

  constructor(reader: Reader, onRow: OnRow | undefined) {
    this.reader = reader
    this.#onRow = onRow
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#onRow !== undefined
  }

  /** A value that cannot be read leaves the reader before it. */
  read<T>(path: string, read: (reader: Reader) => T, textOf: (value: T) => string = print): T {
    this.path = path
    const { reader } = this
    const offset = reader.position
    try {
      const value = read(reader)
      if (this.#onRow) {
        const bytes = reader.buffer.subarray(offset, reader.position)
        this.#onRow({ offset, bytes, path, value: textOf(value) })
      }
      return value
    } catch (error) {
      reader.position = offset
      throw error
    }
  }

  /** The same, on a part of what is to be read. */
  within(reader: Reader): RowReader {
    return new RowReader(reader, this.#onRow)
  }
}

function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  return String(value)
}
