import { encodeFrame, headerLayout, headerVersion, jsonOf, layoutOf, readFrame } from 'rx-kafka/protocol'
import { answerLines } from './answer-lines'
import type { Frame } from './frame-line'
import { frameSource } from './frame-source'

/** `rx-kafka decode`: each frame as a line of JSON. */
export function decodeFrames(args: readonly string[]): Promise<number> {
  return answerLines(frameSource(args), decoded)
}

function* decoded({ kind, bytes }: Frame): Generator<string> {
  const { side, api, version, bodyVersion } = kind
  const whole = readFrame(kind, bytes)
  const header = jsonOf(headerLayout(side), headerVersion(api, version, side), whole.header)
  const body = jsonOf(layoutOf(api, side), bodyVersion, whole.body)
  const hex = encodeFrame(kind, whole).toString('hex')
  yield `${JSON.stringify({ header, body, records: [], hex })}\n`
}
