import { ProtocolError } from 'rx-kafka'
import { damageOf } from './damage'
import { frameOf, type Frame } from './frame-line'
import type { FrameSource } from './frame-source'
import { linesOf, type TooLongLine } from './line'
import { print } from './print'
import type { Shell } from './shell'

/** The text that answers one frame, in pieces. */
type Answer = (frame: Frame) => Iterable<string>

/**
 * Answers every line of standard input on standard output, in order, one at a time, so that memory holds a line and
 * not the input. Promise of the exit code: 1 when a line had no frame that can be read.
 */
export async function answerLines(
  source: FrameSource,
  answer: Answer,
  { stdin, stdout }: Shell,
): Promise<number> {
  let exitCode = 0
  async function* answers(pieces: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const line of linesOf(pieces)) {
      try {
        yield* answer(frameOf(source, wholeLine(line)))
      } catch (error) {
        yield `${JSON.stringify(damageOf(error))}\n`
        exitCode = 1
      }
    }
  }
  await print(gather(answers(stdin.setEncoding('utf8'))), stdout)
  return exitCode
}

function wholeLine(line: string | TooLongLine): string {
  if (typeof line === 'string') return line
  throw new ProtocolError('line', '', 0, `${line.length} characters are more than a frame can have`)
}

const gatheredLength = 64 * 1024

/** Few large writes in the place of many small ones. */
async function* gather(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let gathered = ''
  for await (const piece of pieces) {
    gathered += piece
    if (gathered.length < gatheredLength) continue
    yield gathered
    gathered = ''
  }
  yield gathered
}
