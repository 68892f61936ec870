import { ArgumentError } from '../../kernel'

/** What faults threw, until a test is told. */
export class Failures {
  readonly #untold: Error[] = []

  /** Also a process warning: a test that never asks shall hear of it. */
  add(failure: Error): void {
    this.#untold.push(failure)
    process.emitWarning(failure.message, { type: 'RxKafkaWarning', code: 'RX_KAFKA_FAULT' })
  }

  /** The first that nobody was told of; it and all others count as told from now on. */
  take(): Error | undefined {
    const [first] = this.#untold.splice(0)
    return first
  }
}

/** Arguments that are what the user's function answered. */
export const answered = { when: 'condition `when` of a fault', fault: 'what a fault answers' } as const
const ownChecks: ReadonlySet<string> = new Set(Object.values(answered))

const expected = {
  'option when': 'true or false at once',
  fault: 'an answer, as carryOut() and refusal() give it, or the error of close() thrown',
}

/** The failure of a condition or of a fault, and whose it is. @param where such as `faults.on Produce` */
export function failureOf(where: string, part: keyof typeof expected, error: unknown): ArgumentError {
  // What was answered and is none says itself what was expected.
  const got = error instanceof ArgumentError && ownChecks.has(error.argument) ? error.value : error
  return new ArgumentError(`${where} ${part}`, got, expected[part], { cause: error })
}
