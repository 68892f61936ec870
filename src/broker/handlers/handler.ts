import type { Api, GivenResponseOf, ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'

/** In place of an answer: the client asked for none. */
export const NO_ANSWER = Symbol('no answer')

export type Answer<A extends Api = Api> = GivenResponseOf<A> | typeof NO_ANSWER

/** What a broker does with the requests of one API. */
export interface Handler<A extends Api = Api> {
  readonly api: A
  /** The answer, at once or later. Throws `CloseConnection` where Kafka closes the connection. */
  handle(request: ReceivedRequestOf<A>, call: Call): Answer<A> | Promise<Answer<A>>
  /** The answer that refuses the whole request with this code, in the shape that Kafka gives it. */
  refuse(request: ReceivedRequestOf<A>, code: number, call: Call): GivenResponseOf<A>
}

/** A handler as a constant whose request and answer types are inferred from its API. */
export function defineHandler<A extends Api>(api: A, parts: Omit<Handler<A>, 'api'>): Handler {
  // The table of handlers forgets which API one is for; requests find it by the same key.
  return { api, ...parts }
}

/** Thrown by a handler: Kafka closes the connection here, without an answer. */
export class CloseConnection extends Error {
  /** As it is told in the broker's events and log. */
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}
