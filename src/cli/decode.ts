import {
  carriedRecords,
  encodeFrame,
  headerLayout,
  headerVersion,
  jsonOf,
  layoutOf,
  readFrame,
} from 'rx-kafka/protocol'
import { codecs } from 'rx-kafka'
import { answerLines } from './answer-lines'
import type { Frame } from './frame-line'
import { frameSource } from './frame-source'
import { commaSeparated } from './json-text'
import { recordsText } from './records-text'
import type { Shell } from './shell'

/** `rx-kafka decode`: each frame as a line of JSON. */
export function decodeFrames(args: readonly string[], shell: Shell): Promise<number> {
  return answerLines(frameSource(args), decoded, shell)
}

function* decoded({ kind, bytes }: Frame): Generator<string> {
  const { side, api, version, bodyVersion } = kind
  const whole = readFrame(kind, bytes)
  const header = jsonOf(headerLayout(side), headerVersion(api, version, side), whole.header)
  const body = jsonOf(layoutOf(api, side), bodyVersion, whole.body)
  const hex = encodeFrame(kind, whole).toString('hex')
  yield `{"header":${JSON.stringify(header)},"body":${JSON.stringify(body)},"records":[`
  const carried = carriedRecords(kind, whole.body)
  yield* commaSeparated(carried, one => recordsText(one, codecs))
  yield `],"hex":"${hex}"}\n`
}
