import { Apis } from '../../src/protocol'
import { answerOf, type Mutate } from '../support/mutants'

/** Metadata tells for ever what it told first. */
export const mutate: Mutate = parts => {
  const told = new Map<string, unknown>()
  return answerOf(Apis.Metadata, (answer, request, { version }) => {
    const asked = `${version} ${JSON.stringify(request)}`
    if (!told.has(asked)) told.set(asked, answer)
    return told.get(asked) as typeof answer
  })(parts)
}

export const brokers = 3

export const only = /^broker-away\./
