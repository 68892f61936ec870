import { PassThrough, Writable } from 'node:stream'
import { systemClock } from '../../src'
import { run } from '../../src/cli/run'
import type { Shell } from '../../src/cli/shell'

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

interface Given {
  /** Standard input; left open when undefined. */
  readonly input?: string | Buffer
  readonly env?: Shell['env']
}

/** A command that runs in this process. */
export interface Running {
  readonly stdin: PassThrough
  /** What was printed until now. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Ctrl-C. */
  readonly interrupt: () => void
  readonly ended: Promise<Ended>
}

/** Starts a command in this process, with streams of its own. */
export function startHere(args: readonly string[], { input, env = {} }: Given = {}): Running {
  const stdin = new PassThrough()
  const [stdout, printed] = collector()
  const [stderr, told] = collector()
  const stops = new Set<() => void>()
  if (input !== undefined) stdin.end(input)
  const shell: Shell = {
    ...{ stdin, stdout, stderr, env, clock: systemClock },
    onInterrupt: stop => {
      stops.add(stop)
      return () => stops.delete(stop)
    },
  }
  const ended = run(args, shell).then(exitCode => ({ exitCode, stdout: printed(), stderr: told() }))
  return { stdin, stdout: printed, stderr: told, ended, interrupt: () => stops.forEach(stop => stop()) }
}

/** Runs a command in this process, to its end. */
export function runHere(args: readonly string[], given: Given = {}): Promise<Ended> {
  return startHere(args, { input: '', ...given }).ended
}

function collector(): [Writable, () => string] {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece)
      done()
    },
  })
  return [stream, () => Buffer.concat(pieces).toString()]
}
