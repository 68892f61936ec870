import { explainFrame, type Explained } from 'rx-kafka/protocol'
import { answerLines } from './answer-lines'
import type { Frame } from './frame-line'
import { frameSource } from './frame-source'
import type { Shell } from './shell'

/** `rx-kafka explain`: each frame as an annotated hex dump. */
export function explainFrames(args: readonly string[], shell: Shell): Promise<number> {
  return answerLines(frameSource(args), explained, shell)
}

function* explained({ kind, bytes }: Frame): Generator<string> {
  const { side, api, version } = kind
  yield `# ${api.name} v${version} ${side}, ${bytes.length} bytes\n`
  const rows: Explained[] = []
  try {
    explainFrame(kind, bytes, row => rows.push(row))
  } finally {
    for (const row of rows) yield* dump(row)
  }
  yield '\n'
}

const bytesPerLine = 16
const hexWidth = bytesPerLine * 3 - 1

/** The row's first bytes with its meaning, then the rest of its bytes. */
function* dump({ offset, bytes, path, value }: Explained): Generator<string> {
  yield `${hexLine(offset, bytes, 0).padEnd(10 + hexWidth)}  ${path}  ${value}\n`
  for (let at = bytesPerLine; at < bytes.length; at += bytesPerLine)
    yield `${hexLine(offset + at, bytes, at)}\n`
}

function hexLine(offset: number, bytes: Buffer, from: number): string {
  const hex = bytes.toString('hex', from, Math.min(from + bytesPerLine, bytes.length))
  return `${offset.toString(16).padStart(8, '0')}  ${hex.replace(/..(?!$)/g, '$& ')}`
}
