import type { WriteStream } from 'node:tty'
import { interval } from 'rxjs'
import { line, picture, type Scene } from './progress'
import { Speedometer } from './speedometer'

/** Shows how the tour goes on, until it is closed. */
export interface Screen {
  /** Something happened. */
  tell(news: string): void
  close(): void
}

/** On a terminal a picture that is drawn anew in its place, elsewhere a line a second. */
export function openScreen(stream: WriteStream, scene: Scene): Screen {
  return stream.isTTY ? openPicture(stream, scene) : openLines(stream, scene)
}

function openPicture(stream: WriteStream, scene: Scene): Screen {
  const speedometer = new Speedometer(scene.ledger)
  const time = stopwatch()
  let height = 0
  const draw = (news: readonly string[] = []): void => {
    const lines = [...picture(scene, speedometer.look()), '']
    stream.write(up(height) + [...news, ...lines].map(text => `${text}${clearRest}\n`).join(''))
    height = lines.length
  }
  const drawing = interval(100).subscribe(() => draw())
  return {
    tell: news => draw([`${time()}  ${news}`]),
    close() {
      drawing.unsubscribe()
      draw()
    },
  }
}

function openLines(stream: WriteStream, scene: Scene): Screen {
  const speedometer = new Speedometer(scene.ledger)
  const time = stopwatch()
  const tell = (news: string): void => void stream.write(`${time()}  ${news}\n`)
  const telling = interval(1000).subscribe(() => tell(line(scene, speedometer.look())))
  return {
    tell,
    close() {
      telling.unsubscribe()
      stream.write('\n')
    },
  }
}

const clearRest = '\x1b[K'
const up = (lines: number): string => (lines === 0 ? '' : `\x1b[${lines}A`)

/** Tells how long ago it was started, such as ` 1.2 s`. */
function stopwatch(): () => string {
  const started = performance.now()
  return () => `${((performance.now() - started) / 1000).toFixed(1).padStart(4)} s`
}
