import { debugLog, type Clock } from '../../kernel'
import { encodeResponse, errorCode, type ErrorName } from '../../protocol'
import type { BrokerNode, Cluster } from '../cluster'
import type { Faults } from '../faults'
import {
  CloseConnection,
  NO_ANSWER,
  type Answer,
  type Call,
  type Handler,
  type InjectedError,
} from '../handlers'
import { topicsNamed, type RequestLog } from '../inspect'
import { clientHost } from './client-host'
import { FaultRun, Interrupted } from './fault-run'
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
      const answer = this.#answer(request, connection, life)
      if (!(answer instanceof Promise)) return replyTo(request, answer)
      return answer.then(settled => replyTo(request, settled)).catch((error: unknown) => failed(error))
    } catch (error) {
      return failed(error)
    }
  }

  #answer(request: ServerRequest, connection: Connection, life: Life): Answer | Promise<Answer> {
    const { node, cluster, clock, faults, handlers, requests } = this.#options
    const handler = handlers.get(request.api.key)!
    const call = this.#callOf(request, connection)
    // Nobody may spoil the question of which versions there are.
    if (request.isUnsupported)
      return handler.refuse(request.body as never, errorCode('UNSUPPORTED_VERSION'), call)
    const broker = node().id
    const topics = topicsNamed(request.body, id => cluster.topics.withId(id)?.name)
    const seen = { broker, ...request, topics }
    requests.add({ ...seen, at: clock.now(), client: connection.remote })
    const fault = faults.strike(seen)
    const carryOut = (injected: InjectedError): Answer | Promise<Answer> =>
      handler.handle(request.body as never, { ...call, injected })
    if (fault === undefined) return carryOut(noErrors)
    log(`broker ${broker}: ${request.api.name} v${request.version} of ${connection.remote} meets a fault`)
    const refusal = (error: ErrorName): Answer =>
      handler.refuse(request.body as never, errorCode(error), call)
    return Promise.resolve(fault(new FaultRun({ seen, request, connection, clock, life, carryOut, refusal })))
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
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { kind: 'close', reason: `a defect of the embedded broker: ${told}` }
}
