import { brokerError } from 'rx-kafka/protocol'
import { Failure } from '../failure'

interface Told {
  readonly name: string | null
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** Fails with the first error among the answers, and says how many there are. */
export function throwFirst(answers: readonly Told[], what: string): void {
  const failed = answers.filter(({ errorCode }) => errorCode !== 0)
  const [first] = failed
  if (first === undefined) return
  const { message } = brokerError(first.errorCode, `topic ${first.name ?? ''}`, first.errorMessage || null)
  throw new Failure(
    answers.length === 1 ? message : `${failed.length} of ${answers.length} ${what}; ${message}`,
  )
}
