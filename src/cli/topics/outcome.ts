import { brokerError } from 'rx-kafka/protocol'

/** What became of a wish for several topics: some of it may have been done. */
export interface Outcome {
  readonly lines: readonly string[]
  /** Why the rest was not done. */
  readonly failure?: string | undefined
}

interface Told {
  readonly name: string | null
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** A line for each topic that went well, and the first error of the others; brokers answer in any order. */
export function outcomeOf<T extends Told>(
  names: readonly string[],
  answers: readonly T[],
  lineOf: (answer: T) => string,
): Outcome {
  const inOrder = [...new Set(names)].flatMap(asked => answers.filter(({ name }) => name === asked))
  const good = inOrder.filter(({ errorCode }) => errorCode === 0)
  const bad = inOrder.filter(({ errorCode }) => errorCode !== 0)
  const lines = good.map(lineOf)
  const [first] = bad
  if (first === undefined) return { lines }
  const { message } = brokerError(first.errorCode, `topic ${first.name ?? ''}`, first.errorMessage || null)
  const count = inOrder.length === 1 ? '' : `${bad.length} of ${inOrder.length} topics failed; first: `
  return { lines, failure: count + message }
}
