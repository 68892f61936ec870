import * as assert from 'uvu/assert'
import { ProtocolError } from '../../src/kernel'
import { readFrame, requestKind, responseKind } from '../../src/protocol'
import { goldenFrames, type GoldenFrame } from '../golden/golden-frame'

/** Reads every truncation of every recorded frame of these; each has to be refused, naming a field and a byte. */
export function refuseTruncations(isOfThese: (frame: GoldenFrame) => boolean): void {
  // Hundreds of thousands of errors are made here, and nobody reads where.
  Error.stackTraceLimit = 0
  const frames = goldenFrames.filter(isOfThese)
  assert.ok(frames.length > 500)
  for (const frame of frames) {
    for (let length = 0; length < frame.bytes.length; length++) {
      const refusal = refusalOf(frame, frame.bytes.subarray(0, length))
      if (refusal instanceof ProtocolError && isPlaced(refusal, length)) continue
      assert.unreachable(
        `frames.jsonl:${frame.line} ${frame.side}, first ${length} bytes: ${String(refusal)}`,
      )
    }
  }
}

/** Without its first field, nothing tells that an answer to an unknown version of ApiVersions is one of version 0. */
function isPlaced({ path, offset, reason }: ProtocolError, length: number): boolean {
  return (path !== '' || (length < 6 && reason.startsWith('known versions'))) && offset <= length
}

function refusalOf({ side, api, version }: GoldenFrame, bytes: Buffer): unknown {
  try {
    readFrame(side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes), bytes)
    return undefined
  } catch (error) {
    return error
  }
}
