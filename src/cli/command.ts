import type { Shell } from './shell'

export interface Command {
  readonly name: string
  /** One line. */
  readonly summary: string
  /** What `--help` prints. */
  readonly help: string
  /** Promise of the exit code; rejects with UsageError when the arguments cannot be used. */
  run(args: readonly string[], shell: Shell): Promise<number>
}
