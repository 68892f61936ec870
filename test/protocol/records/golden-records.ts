import { readFrame, requestKind, responseKind } from '../../../src/protocol'
import { goldenFrames, type GoldenFrame } from '../../golden/golden-frame'

export interface ListedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers?: readonly (readonly [string, string | null])[]
  readonly sequence?: number
  readonly controlType?: string
  readonly coordinatorEpoch?: number
}

/** A batch as Kafka's classes list it. */
export interface ListedBatch {
  readonly magic: 0 | 1 | 2
  readonly sizeInBytes: number
  readonly baseOffset?: number
  readonly lastOffset: number
  readonly compression: string
  readonly timestampType: keyof typeof timestampTypes
  readonly maxTimestamp: number
  readonly crcValid: boolean
  readonly recordsError?: string
  readonly count?: number
  readonly partitionLeaderEpoch?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly control?: boolean
  readonly records: readonly ListedRecord[]
}

export const timestampTypes = {
  NoTimestampType: 'none',
  CreateTime: 'create',
  LogAppendTime: 'append',
} as const

/** One partition's records of a recorded frame. */
export interface GoldenRecords {
  readonly title: string
  readonly source: string
  readonly side: 'request' | 'response'
  readonly bytes: Buffer
  readonly batches: readonly ListedBatch[]
  readonly trailingBytes: number
}

interface Partition {
  readonly index?: number
  readonly partitionIndex?: number
  readonly records: Buffer | null
}
interface Topic {
  readonly partitionData?: readonly Partition[]
  readonly partitions?: readonly Partition[]
}
interface Body {
  readonly topicData?: readonly Topic[]
  readonly responses?: readonly Topic[]
}

export const goldenRecords: readonly GoldenRecords[] = goldenFrames
  .filter(frame => frame.records.length > 0)
  .flatMap(partitionsOf)

function partitionsOf(frame: GoldenFrame): GoldenRecords[] {
  const { side, api, version, source, line } = frame
  const kind = side === 'request' ? requestKind(frame.bytes) : responseKind(api, version, frame.bytes)
  const body = readFrame(kind, frame.bytes).body as Body
  const topics = body.topicData ?? body.responses ?? []
  const partitions = topics.flatMap(topic => topic.partitionData ?? topic.partitions ?? [])
  return frame.records.map((listed, index) => {
    const {
      batches,
      trailingBytes = 0,
      sizeInBytes,
    } = listed as unknown as GoldenRecords & { sizeInBytes: number }
    const bytes = partitions[index]?.records ?? Buffer.alloc(0)
    const title = `frames.jsonl:${line} ${api.name} v${version} ${side} partition ${index} (${source})`
    if (bytes.length !== sizeInBytes)
      throw new Error(`${title}: ${bytes.length} bytes, ${sizeInBytes} listed`)
    return { title, source, side, bytes, batches, trailingBytes }
  })
}
