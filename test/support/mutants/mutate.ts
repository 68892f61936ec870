import type { Answer, Call, Handler, Parts } from '../../../src/broker/seams'
import type { Api, GivenResponseOf, ReceivedRequestOf } from '../../../src/protocol'

/** Makes the parts of a broker with one defect out of the right ones. A file of test/mutants exports it as `mutate`. */
export type Mutate = (parts: Parts) => Parts

type Awaitable<T> = T | Promise<T>

/** A handler in place of the one for this API, which it may call. */
export function handlerOf<A extends Api>(
  api: A,
  handle: (request: ReceivedRequestOf<A>, call: Call, right: Handler<A>['handle']) => Awaitable<Answer<A>>,
): Mutate {
  return parts => ({
    ...parts,
    handlers: parts.handlers.map(handler => {
      if (handler.api.key !== api.key) return handler
      // The table of handlers forgets which API one is for; the key says it.
      const right = handler as unknown as Handler<A>
      const wrong: Handler<A> = {
        ...right,
        handle: (request, call) => handle(request, call, (...asked) => right.handle(...asked)),
      }
      return wrong
    }),
  })
}

/** The right answer to requests of this API, changed. */
export function answerOf<A extends Api>(
  api: A,
  change: (answer: GivenResponseOf<A>, request: ReceivedRequestOf<A>, call: Call) => GivenResponseOf<A>,
): Mutate {
  return handlerOf(api, async (request, call, right) => {
    const answer = await right(request, call)
    return typeof answer === 'symbol' ? answer : change(answer, request, call)
  })
}

/** The broker sees other requests of this API than those that were made. */
export function requestOf<A extends Api>(
  api: A,
  change: (request: ReceivedRequestOf<A>, call: Call) => ReceivedRequestOf<A>,
): Mutate {
  return handlerOf(api, (request, call, right) => right(change(request, call), call))
}

/** Some rules are others. */
export function brokenRules(change: (rules: Parts['rules']) => Partial<Parts['rules']>): Mutate {
  return parts => ({ ...parts, rules: { ...parts.rules, ...change(parts.rules) } })
}
