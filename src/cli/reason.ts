import { KafkaError, TimeoutError, UnavailableError } from 'rx-kafka'

/** Why the command failed, for a person, in one line. */
export function reasonOf(error: Error): string {
  return error.message.replace(/\s*\n\s*/g, ' ')
}

/** Why nobody was reached until the time was up: what the addresses said is what helps; undefined for other errors. */
export function unreachable(error: unknown, hosts: string): string | undefined {
  if (!(error instanceof TimeoutError)) return undefined
  if (!(error.cause instanceof UnavailableError))
    return `no answer from ${hosts} within ${error.ms / 1000} s; check that Kafka listens there`
  const reasons = new Set(error.cause.causes.map(innermost))
  return `no broker could be reached within ${error.ms / 1000} s: ${[...reasons].join('; ')}`
}

/** What is wrapped says the same with fewer words. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof KafkaError) return innermost(error.cause)
  return inOptions(error.message.replace(/^.*?: cannot connect: /, ''))
}

/** The advice speaks of the client's options; here they have other names. */
function inOptions(advice: string): string {
  return advice.replace(/ in tls\.ca\b/, ' with --ca').replace(/leave out the tls option/, 'leave out --tls')
}

/** Behind the address of a broker that could not be connected to: why. */
export function shortReason(error: Error): string {
  if (codeOf(error.cause) === 'ECONNREFUSED') return 'refused the connection'
  return `cannot be reached: ${innermost(error)}`
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
