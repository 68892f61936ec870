import { Apis, type GivenResponseOf } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

const isError = ({ responses = [] }: GivenResponseOf<typeof Apis.Fetch>): boolean =>
  responses.some(({ partitions = [] }) => partitions.some(({ errorCode = 0 }) => errorCode !== 0))

/** A fetch that meets an error is held as long as it may be. */
export const mutate = handlerOf(Apis.Fetch, async (request, call, right) => {
  const answer = await right(request, call)
  if (typeof answer === 'symbol' || request.maxWaitMs <= 0 || !isError(answer)) return answer
  return new Promise(resolve => void call.clock.after(request.maxWaitMs, () => resolve(answer)))
})

export const brokers = 3

export const only = /^held-fetch\./
