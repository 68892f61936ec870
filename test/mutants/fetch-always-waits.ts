import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** Fetch answers only after its time. */
export const mutate = handlerOf(Apis.Fetch, async (request, call, right) => {
  await new Promise<void>(resolve => call.clock.after(request.maxWaitMs, resolve))
  return right(request, call)
})

export const only = /^fetch\./
