import { BrokerError, type KafkaError } from '../kernel'
import { brokerError, type Api, type RequestOf, type ResponseOf } from '../protocol'
import type { Broker, Sending } from './broker'
import { wasMaybeSent, within, type Call } from './call'
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
  const { broker } = asking.options
  const target: Target = broker === undefined ? route.target(body) : { to: 'node', id: broker }
  const row = target.to === 'leader' ? splitRows[asking.api.name] : undefined
  const topics = row ? topicsIn(row, body) : []
  const context = { ...settings, apply: (error: KafkaError) => router.apply(error, target, topics) }
  if (row === undefined) {
    const ask = () => askTarget(router, asking, route, target, call)
    return retrying(call, context, ask, error => mayAskAgain(error, route))
  }
  let parts = 0
  const ask = async (): Promise<ResponseOf<A>> => {
    parts = 0
    const plan = await planByLeader(router, row, body, call)
    parts = plan.size
    return askLeaders(row, asking, route, plan, call)
  }
  return retrying(call, context, ask, error => mayAskAll(error, route, parts))
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
  const cluster = await within(call, router.metadata.of([...new Set(topicsIn(row, body))]))
  return splitByLeader(row, body, (topic, partition) =>
    leaderOf(router, cluster, { topic, partition }, call.what),
  )
}

async function askLeaders<A extends Api>(
  row: SplitRow,
  asking: Asking<A>,
  route: Route,
  parts: ReadonlyMap<Broker, Body>,
  call: Call,
): Promise<ResponseOf<A>> {
  const answers = await Promise.all(
    [...parts].map(async ([broker, part]) => {
      const { response } = await broker.request(sendingOf(asking, route, part), call)
      return response ?? {}
    }),
  )
  return joinAnswers(row, answers) as ResponseOf<A>
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

/** Of several parts some may have been done when one fails: then only what may be repeated is asked again. */
function mayAskAll(error: KafkaError, route: Route, parts: number): boolean {
  return mayAskAgain(error, route) && (route.repeatable || parts <= 1)
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
