import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** A partition that a request names twice is answered twice. */
export const mutate = handlerOf(Apis.Fetch, async (request, call, right) => {
  const answers = request.topics.map(topic => right({ ...request, topics: [topic] }, call))
  const given = (await Promise.all(answers)).filter(answer => typeof answer !== 'symbol')
  return { ...given[0], responses: given.flatMap(({ responses }) => responses) }
})

export const only = /^fetch/
