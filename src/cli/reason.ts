import { KafkaError, TimeoutError, UnavailableError } from 'rx-kafka'

/** Why the command failed, for a person, in one line. */
export function reasonOf(error: Error): string {
  return oneLine(unreachable(error) ?? error.message)
}

/** Out of time since nobody could be reached: what the addresses said is what helps. */
function unreachable(error: Error): string | undefined {
  if (!(error instanceof TimeoutError && error.cause instanceof UnavailableError)) return undefined
  const reasons = new Set(error.cause.causes.map(innermost))
  return `no broker could be reached within ${error.ms / 1000} s: ${[...reasons].join('; ')}`
}

/** What is wrapped says the same with fewer words. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof KafkaError ? innermost(error.cause) : error.message
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
