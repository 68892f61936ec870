import { BufferPool, crc32c } from '../../src/kernel'
import { BatchWriter, encodeBatch, readBatches } from '../../src/protocol'
import { measure, type Candidate } from './rounds'
import { recordsPerBatch, shapes, type Shape } from './shapes'

/** How much slower than the baseline is still good. */
const tolerance = 1.5
const timestamp = Date.UTC(2026, 0, 1)
const pool = new BufferPool(64 * 1024 * 1024)
const crcBytes = 16_384
const crcTarget = 5

function encoding({ name, messages }: Shape): Candidate {
  return {
    name,
    run() {
      const batch = new BatchWriter(pool, 1 << 20)
      for (const message of messages) batch.append(message, timestamp)
      batch.seal()
      batch.stamp()
      batch.release()
    },
  }
}

let bytesTouched = 0

function decoding({ name, messages }: Shape): Candidate {
  const bytes = encodeBatch(messages, { timestamp })
  const codecs = () => {
    throw new Error('nothing is compressed here')
  }
  const options = { topic: 'bench', partition: 0, codecs, checkCrc: false }
  return {
    name,
    run() {
      for (const batch of readBatches(bytes, options))
        for (const record of batch.records()) bytesTouched += record.value!.length
    },
  }
}

function compare(
  title: string,
  candidateOf: (shape: Shape) => Candidate,
  baselineOf: (shape: Shape) => number | undefined,
) {
  console.log(`\n${title}, ns of CPU time a record (min - median - max), batches of ${recordsPerBatch}`)
  const measured = measure(shapes.map(candidateOf))
  shapes.forEach((shape, index) => {
    const { min, median, max } = measured[index]!
    const all = [min, median, max].map(value => (value / recordsPerBatch).toFixed(0)).join(' - ')
    const baseline = baselineOf(shape)
    const ratio = baseline === undefined ? undefined : median / recordsPerBatch / baseline
    const beside =
      ratio === undefined
        ? 'no baseline'
        : `baseline ${baseline}, ratio ${ratio.toFixed(2)}${mark(ratio > tolerance)}`
    console.log(`  ${shape.name.padEnd(24)}${all.padEnd(20)}${beside}`)
  })
}

function mark(missed: boolean): string {
  if (missed) process.exitCode = 1
  return missed ? '  MISSED' : ''
}

function checksum() {
  const data = Buffer.alloc(crcBytes, 'checksum')
  const [measured] = measure([{ name: 'crc32c', run: () => void crc32c(data) }])
  const speed = crcBytes / measured!.median
  console.log(
    `\nCRC32C of ${crcBytes} bytes: ${speed.toFixed(2)} GB/s, target ${crcTarget}${mark(speed < crcTarget)}`,
  )
}

compare('Encode with checksum', encoding, shape => shape.encodeBaseline)
compare('Decode and touch the value, without checksum', decoding, shape => shape.decodeBaseline)
checksum()
if (bytesTouched === 0) throw new Error('nothing was decoded')
