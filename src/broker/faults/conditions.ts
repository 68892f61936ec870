import { ArgumentError, count, Option, optional, settle, text, type Settled } from '../../kernel'
import type { Api, ReceivedRequestOf } from '../../protocol'
import { answered } from './failures'
import { groupsNamed, mayNameGroups, mayNameTopics, type SeenRequest } from '../inspect'

/** When a fault strikes; every condition must hold. Without any it strikes each time. */
export interface FaultConditions<A extends Api = Api> {
  /** At most so often; default without end. */
  readonly times?: number | undefined
  /** Only at this broker. */
  readonly broker?: number | undefined
  /** Only requests that name this topic, whatever else they name; as a resource whose configs they are about, too. */
  readonly topic?: string | undefined
  /** Only requests that name this consumer group, whatever else they name. */
  readonly group?: string | undefined
  /** Only requests that this answers true for, at once. */
  readonly when?: ((request: SeenRequest<ReceivedRequestOf<A>>) => boolean) | undefined
  /** From 0 to 1, by the broker's `random`; default 1. */
  readonly probability?: number | undefined
}

type When = (request: SeenRequest) => unknown

/** What it answers would count as true each time. */
const isAsync = (given: object): boolean => Object.prototype.toString.call(given) === '[object AsyncFunction]'

const onceConditions = {
  broker: optional(count(1)),
  topic: optional(text('')),
  group: optional(text('')),
  when: optional(
    new Option<When | undefined>(
      'a function that answers true or false at once, and no async one',
      undefined,
      value => (typeof value === 'function' && !isAsync(value) ? (value as When) : undefined),
    ),
  ),
  probability: new Option<number>('a number from 0 to 1', 1, value =>
    typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
  ),
}
const conditions = { ...onceConditions, times: optional(count(1)) }

/** Conditions that can be. */
export type CheckedConditions = Settled<typeof conditions>

/** What there is that a condition may name. */
export interface Known {
  /** Ids of the brokers. */
  readonly brokers: readonly number[]
}

/** Checks what was given. ArgumentError for what cannot be, and for what never can hold for requests of this API. */
export function checkedConditions(
  method: 'on' | 'once',
  api: Api,
  given: object,
  { brokers }: Known,
): CheckedConditions {
  const owner = `faults.${method}`
  const own = method === 'on' ? settle(owner, conditions, given) : settle(owner, onceConditions, given)
  const checked = { times: 1, ...own }
  if (checked.broker !== undefined && !brokers.includes(checked.broker))
    throw new ArgumentError(
      `${owner} option broker`,
      checked.broker,
      `one of the brokers (${brokers.join(', ')})`,
    )
  if (checked.topic !== undefined && !mayNameTopics(api)) throw neverHolds(owner, 'topic', checked.topic, api)
  if (checked.group !== undefined && !mayNameGroups(api)) throw neverHolds(owner, 'group', checked.group, api)
  return checked
}

function neverHolds(owner: string, condition: string, value: string, api: Api): ArgumentError {
  const expected = `no ${condition}, since no request of ${api.name} names one: this fault would never strike`
  return new ArgumentError(`${owner} option ${condition}`, value, expected)
}

/** Whether they hold for a request; chance is asked last. Throws what `when` throws, and an ArgumentError when that answers neither yes nor no. */
export function hold(request: SeenRequest, conditions: CheckedConditions, random: () => number): boolean {
  const { broker = request.broker, topic, group, when, probability } = conditions
  if (broker !== request.broker) return false
  if (topic !== undefined && !request.topics.includes(topic)) return false
  if (group !== undefined && !groupsNamed(request.api, request.body).includes(group)) return false
  if (when !== undefined && !answerOf(when, request)) return false
  return probability >= 1 || random() < probability
}

function answerOf(when: When, request: SeenRequest): boolean {
  const answer = when(request)
  if (typeof answer === 'boolean') return answer
  throw new ArgumentError(answered.when, answer, 'true or false at once')
}
