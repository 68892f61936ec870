import type { Readable, Writable } from 'node:stream'
import { systemClock, type Clock } from 'rx-kafka'

/** Where a command runs: its streams, environment and signals. */
export interface Shell {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Calls `stop` when the command is asked to end; the answer takes that back. Asked twice, it ends at once. */
  readonly onInterrupt: (stop: () => void) => () => void
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The shell that started this process. */
export function processShell(): Shell {
  const { stdin, stdout, stderr, env } = process
  return {
    ...{ stdin, stdout, stderr, env, clock: systemClock },
    onInterrupt: stop => {
      const release = () => interrupts.forEach(signal => process.off(signal, interrupted))
      // What Node does on a signal that nobody listens to is what a second one shall do.
      const interrupted = () => {
        release()
        stop()
      }
      interrupts.forEach(signal => process.on(signal, interrupted))
      return release
    },
  }
}
