import { ArgumentError, debugLog, inspect, type Clock } from '../../kernel'
import { encodeResponse, errorCode, type ErrorName } from '../../protocol'
import type { BrokerNode, Cluster } from '../cluster'
import { answered, checkError, strike, type Faults, type Strike } from '../faults'
import {
  CloseConnection,
  NO_ANSWER,
  type Answer,
  type Call,
  type Handler,
  type InjectedError,
} from '../handlers'
import { record, topicsNamed, type RequestLog, type SeenRequest } from '../inspect'
import { clientHost } from './client-host'
import { FaultedRequest, Interrupted } from './faulted-request'
import type { Life } from './life'
import type { Profile } from '../profile'
import { readRequest, type ServerRequest } from './read-request'
import type { Reply } from './reply'
import type { Connection } from './server-connection'

export interface DispatcherOptions {
  readonly cluster: Cluster
  /** The broker that serves; known once it listens. */
  readonly node: () => BrokerNode
  readonly profile: Profile
  readonly clock: Clock
  readonly faults: Faults
  readonly handlers: ReadonlyMap<number, Handler>
  readonly requests: RequestLog
}

/** A request that a fault strikes. */
interface Suffering {
  readonly seen: SeenRequest
  readonly request: ServerRequest
  readonly call: Call
  readonly connection: Connection
  readonly life: Life
}

const log = debugLog('broker')
const noErrors: InjectedError = () => undefined

/** From a frame to its reply: reads it, lets a fault or the API's handler answer, and writes the answer. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #served: Call['served']

  constructor(options: DispatcherOptions) {
    this.#options = options
    const { profile, handlers } = options
    this.#served = new Map([...profile.apis].filter(([key]) => handlers.has(key)))
  }

  serve(frame: Buffer, connection: Connection, life: Life): Reply | Promise<Reply> {
    try {
      const request = readRequest(frame, this.#served)
      const call = this.#callOf(request, connection)
      // Nobody may spoil the question of which versions there are.
      if (request.isUnsupported) return replyTo(request, this.#refuse(request, 'UNSUPPORTED_VERSION', call))
      const seen = this.#see(request, connection)
      const struck = this.#struckBy(seen)
      if (struck === undefined) return this.#carryOut(request, call)
      log(`broker ${seen.broker}: ${seen.api.name} v${seen.version} of ${connection.remote} meets a fault`)
      return this.#suffer(struck, { seen, request, call, connection, life })
    } catch (error) {
      return failed(error)
    }
  }

  #see(request: ServerRequest, { remote }: Connection): SeenRequest {
    const { node, cluster, clock, requests } = this.#options
    const topics = topicsNamed(request.body, id => cluster.topics.withId(id)?.name)
    const { isUnsupported: _, ...read } = request
    const seen = { broker: node().id, ...read, topics }
    record(requests, { ...seen, at: clock.now(), client: remote })
    return seen
  }

  #struckBy(seen: SeenRequest): Strike | undefined {
    try {
      return strike(this.#options.faults, seen)
    } catch (error) {
      throw new CloseConnection(`a condition of a fault failed: ${told(error)}`)
    }
  }

  #carryOut(request: ServerRequest, call: Call): Reply | Promise<Reply> {
    const answer = this.#handle(request, call)
    if (!(answer instanceof Promise)) return replyTo(request, answer)
    return answer.then(settled => replyTo(request, settled)).catch((error: unknown) => failed(error))
  }

  /** What a fault makes of a request; what it throws is its own defect, unless the handler threw it. */
  async #suffer(
    { fault, failed: noteFailure }: Strike,
    { seen, request, call, connection, life }: Suffering,
  ): Promise<Reply> {
    const { clock } = this.#options
    const carryOut = async (injected: InjectedError): Promise<Answer> => {
      try {
        return await this.#handle(request, { ...call, injected: checkedErrors(injected, noteFailure) })
      } catch (error) {
        throw new Interrupted(failed(error))
      }
    }
    const refusal = (error: ErrorName): Answer => this.#refuse(request, error, call)
    try {
      const run = new FaultedRequest({ seen, request, connection, clock, life, carryOut, refusal })
      return replyTo(request, checkedAnswer(await fault(run)))
    } catch (error) {
      if (error instanceof CloseConnection || error instanceof Interrupted) return failed(error)
      noteFailure(error)
      return failed(faultFailed(error))
    }
  }

  #handle({ api, body }: ServerRequest, call: Call): Answer | Promise<Answer> {
    return this.#options.handlers.get(api.key)!.handle(body as never, call)
  }

  #refuse({ api, body }: ServerRequest, error: ErrorName, call: Call): Answer {
    return this.#options.handlers.get(api.key)!.refuse(body as never, errorCode(error), call)
  }

  #callOf({ version, clientId }: ServerRequest, connection: Connection): Call {
    const { node, cluster, profile, clock } = this.#options
    return {
      broker: node(),
      cluster,
      profile,
      served: this.#served,
      version,
      clientId,
      clientHost: clientHost(connection.remote),
      clock,
      injected: noErrors,
      onGone: listener => connection.onGone(listener),
    }
  }
}

function replyTo({ api, version, correlationId }: ServerRequest, answer: Answer): Reply {
  if (answer === NO_ANSWER) return { kind: 'none' }
  return { kind: 'answer', chunks: encodeResponse(api, version, correlationId, answer) }
}

function failed(error: unknown): Reply {
  if (error instanceof CloseConnection) return { kind: 'close', reason: error.reason }
  if (error instanceof Interrupted) return error.reply
  // A defect of ours must not look like a quiet broker, nor end the process that it runs in.
  return { kind: 'close', reason: `a defect of the embedded broker: ${told(error)}` }
}

/** What a fault has in store for partitions; its own defects are told as such. */
function checkedErrors(injected: InjectedError, noteFailure: Strike['failed']): InjectedError {
  return (topic, partition) => {
    try {
      const error = injected(topic, partition)
      if (error !== undefined) checkError('carryOutWith', error)
      return error
    } catch (error) {
      noteFailure(error)
      throw faultFailed(error)
    }
  }
}

const faultFailed = (error: unknown): CloseConnection => new CloseConnection(`a fault failed: ${told(error)}`)

/** Throws an ArgumentError for what a fault gives and no client could get. */
function checkedAnswer(answer: unknown): Answer {
  if (answer === NO_ANSWER || (typeof answer === 'object' && answer !== null)) return answer
  throw new ArgumentError(answered.fault, answer, 'an answer, as carryOut() and refusal() give it')
}

const told = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : inspect(error)
