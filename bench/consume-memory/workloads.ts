import { randomBytes } from 'node:crypto'
import { codecs } from '../../src/compression'
import { encodeBatch } from '../../src/protocol'

/** What lies on the broker to be read. */
export interface Workload {
  readonly topic: string
  readonly partitions: number
  readonly messageBytes: number
  readonly messagesPerBatch: number
  /** Compressed to about a hundredth. */
  readonly isCompressed: boolean
}

const rows = [
  { kind: '1kB', messageBytes: 1024, batches: { 1: 256, 300: 16 }, isCompressed: false },
  { kind: '1MB', messageBytes: 1_000_000, batches: { 1: 1, 300: 1 }, isCompressed: false },
  { kind: 'zstd', messageBytes: 1000, batches: { 1: 9800, 300: 9800 }, isCompressed: true },
] as const

export const workloads: readonly Workload[] = rows.flatMap(({ kind, batches, ...row }) =>
  ([1, 300] as const).map(partitions => ({
    ...row,
    partitions,
    topic: `${kind}-${partitions}`,
    messagesPerBatch: batches[partitions],
  })),
)

/** One batch, which is written again and again: 97 kB that become 9.8 MB, where it is compressed. */
export function batchOf({ messageBytes, messagesPerBatch, isCompressed }: Workload): Buffer {
  const messages = Array.from({ length: messagesPerBatch }, () => {
    const value = Buffer.alloc(messageBytes, 'x')
    randomBytes(6).copy(value)
    return { value }
  })
  return encodeBatch(messages, { timestamp: Date.now(), codec: isCompressed ? codecs('zstd') : undefined })
}
