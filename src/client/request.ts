import { ArgumentError, asKafkaError, BrokerError, ConnectionError, KafkaError } from '../kernel'
import { brokerError, type Api, type RequestOf, type ResponseOf } from '../protocol'
import type { Broker, Sending } from './broker'
import { wasMaybeSent, type Call } from './call'
import type { ClientSettings } from './options'
import { leaderOf } from './payloads/by-leader'
import { retrying } from './retry'
import { routeOf, type Route, type Target } from './routes'
import type { Router } from './router'
import { joinAnswers, splitByLeader, splitRows, topicsIn, type SplitRow } from './split'

export interface RequestOptions {
  /** Node id of the broker to ask, instead of whom the route table names. */
  readonly broker?: number
  /** A version of one's own choice; default: the highest that both sides know and that can carry the body. */
  readonly version?: number
  /** For the whole call, in ms. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

interface Asking<A extends Api> {
  readonly api: A
  readonly body: RequestOf<A>
  readonly options: RequestOptions
}

type Body = Readonly<Record<string, unknown>>

/** Any API: routed, sent, and asked again where that is safe. */
export function requestApi<A extends Api>(
  router: Router,
  settings: ClientSettings,
  asking: Asking<A>,
  call: Call,
): Promise<ResponseOf<A>> {
  const body = asking.body as Body
  const route = routeOf(asking.api.name)
  const { target, row, topics } = wayOf(asking, route)
  const context = { ...settings, apply: (error: KafkaError) => router.apply(error, target, topics) }
  if (row === undefined) {
    const ask = () => askTarget(router, asking, route, target, call)
    return retrying(call, context, ask, error => mayAskAgain(error, route))
  }
  const ask = async () => askLeaders(row, asking, route, await planByLeader(router, row, body, call), call)
  return retrying(call, context, ask, error => mayAskAgain(error, route))
}

interface Way {
  readonly target: Target
  /** How the body is divided, if it is for several leaders. */
  readonly row: SplitRow | undefined
  readonly topics: readonly string[]
}

/** Whom it is for. A body so wrong that it cannot even be told is the caller's mistake. */
function wayOf<A extends Api>({ api, body, options }: Asking<A>, route: Route): Way {
  const { broker } = options
  try {
    const target: Target = broker === undefined ? route.target(body) : { to: 'node', id: broker }
    const row = target.to === 'leader' ? splitRows[api.name] : undefined
    return { target, row, topics: row ? topicsIn(row, body) : [] }
  } catch (error) {
    if (error instanceof KafkaError) throw error
    throw new ArgumentError(`${api.name} body`, body, `a body that its definition allows (${String(error)})`)
  }
}

async function askTarget<A extends Api>(
  router: Router,
  asking: Asking<A>,
  route: Route,
  target: Target,
  call: Call,
): Promise<ResponseOf<A>> {
  const sending = sendingOf(asking, route, asking.body as Body)
  const { response, broker } =
    target.to === 'any' || target.to === 'leader'
      ? await router.any(sending, call)
      : await (await router.resolve(target, call)).request(sending, call)
  const wrong = response === undefined ? undefined : wrongBroker(response)
  if (wrong !== undefined) throw brokerError(wrong, `${call.what} -> ${broker.name}`)
  return response!
}

/** The parts of the body by the broker that leads their partitions. */
async function planByLeader(
  router: Router,
  row: SplitRow,
  body: Body,
  call: Call,
): Promise<ReadonlyMap<Broker, Body>> {
  const cluster = await router.metadata.within(call, router.metadata.of([...new Set(topicsIn(row, body))]))
  return splitByLeader(row, body, (topic, partition) =>
    leaderOf(router, cluster, { topic, partition }, call.what),
  )
}

/** Waits for all of them, so that nothing is under way any more when it fails. */
async function askLeaders<A extends Api>(
  row: SplitRow,
  asking: Asking<A>,
  route: Route,
  parts: ReadonlyMap<Broker, Body>,
  call: Call,
): Promise<ResponseOf<A>> {
  const settled = await Promise.allSettled(
    [...parts].map(async ([broker, part]): Promise<Body> => {
      const { response } = await broker.request(sendingOf(asking, route, part), call)
      return response ?? {}
    }),
  )
  const answers = settled.flatMap(part => (part.status === 'fulfilled' ? [part.value] : []))
  const errors = settled.flatMap(part =>
    part.status === 'rejected' ? [asKafkaError(part.reason, call.what)] : [],
  )
  if (errors[0] === undefined) return joinAnswers(row, answers) as ResponseOf<A>
  const isPartlySent = parts.size > 1 && (answers.length > 0 || errors.some(wasMaybeSent))
  throw isPartlySent && !route.repeatable ? partlySent(call, errors[0]) : errors[0]
}

/** Some leaders may have done their part, whatever the failed one says of its own. */
function partlySent(call: Call, error: KafkaError): KafkaError {
  const what = `part of ${call.what} failed (${error.message}); the other leaders may have done theirs`
  return new ConnectionError('several leaders', what, { maybeSent: true, cause: error })
}

function sendingOf<A extends Api>({ api, options }: Asking<A>, route: Route, body: Body): Sending<A> {
  return {
    api,
    body: body as RequestOf<A>,
    purpose: route.purpose(body),
    heldMs: route.heldMs(body),
    version: options.version,
    noResponse: api.name === 'Produce' && body['acks'] === 0,
  }
}

/** Codes that say: not me. The answer is then no answer, and the right broker is looked for. */
const wrongBrokerCodes = new Set([
  14, // COORDINATOR_LOAD_IN_PROGRESS
  15, // COORDINATOR_NOT_AVAILABLE
  16, // NOT_COORDINATOR
  41, // NOT_CONTROLLER
])

/** Looks for such a code in the answer and in the lists in it: of a group, a topic, a partition. */
function wrongBroker(response: Body): number | undefined {
  const { errorCode } = response
  if (typeof errorCode === 'number' && wrongBrokerCodes.has(errorCode)) return errorCode
  for (const value of Object.values(response)) {
    if (!Array.isArray(value)) continue
    for (const item of value as readonly unknown[]) {
      const found = typeof item === 'object' && item !== null ? wrongBroker(item as Body) : undefined
      if (found !== undefined) return found
    }
  }
  return undefined
}

function mayAskAgain(error: KafkaError, route: Route): boolean {
  if (!error.retriable) return false
  if (error instanceof BrokerError) return true
  return route.repeatable || !wasMaybeSent(error)
}

/** The broker that coordinates a group, asked for anew until one answers. */
export function groupCoordinator(
  router: Router,
  settings: ClientSettings,
  group: string,
  call: Call,
): Promise<Broker> {
  const target = { to: 'coordinator', type: 'group', key: group } as const
  const context = { ...settings, apply: (error: KafkaError) => router.apply(error, target) }
  return retrying(call, context, () => router.resolve(target, call))
}
