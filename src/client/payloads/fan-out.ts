import {
  ArgumentError,
  FailedPayloadsError,
  KafkaError,
  partitionKey,
  type TopicPartition,
} from '../../kernel'
import { endOf, type Call } from '../call'
import { again, type RetryContext } from '../retry'

/** What became of one payload in one attempt. */
export type Outcome<R> = { readonly response: R } | Failure

interface Failure {
  readonly error: KafkaError
  /** What the next attempt needs is known already, so that no remedy has to be applied before it. */
  readonly isCured?: boolean
}

export interface FanOut<P extends TopicPartition, R> {
  readonly call: Call
  readonly retry: RetryContext
  readonly payloads: readonly P[]
  /** Sends these payloads, at most one per partition, each to its broker; answers in the same order. */
  readonly attempt: (payloads: readonly P[]) => Promise<readonly Outcome<R>[]>
  /** Whether the same payload may be sent again after this error. */
  readonly mayRepeat: (error: KafkaError) => boolean
}

/**
 * Sends payloads and asks again for those whose error allows it, until the call's deadline. Payloads for one
 * partition go in order, each in a request of its own: of two in one Produce request Kafka keeps only one and
 * answers without an error.
 */
export async function fanOut<P extends TopicPartition, R>(
  plan: FanOut<P, R>,
): Promise<readonly Outcome<R>[]> {
  const outcomes: (Outcome<R> | undefined)[] = plan.payloads.map(() => undefined)
  const lines = linesByPartition(plan.payloads)
  for (let attempt = 0; lines.size > 0;) {
    const heads = [...lines.values()].map(line => line[0]!)
    const answers = await plan.attempt(heads.map(index => plan.payloads[index]!))
    const failures: Failure[] = []
    heads.forEach((index, i) => {
      const outcome = answers[i]!
      outcomes[index] = outcome
      if ('error' in outcome && plan.mayRepeat(outcome.error)) failures.push(outcome)
      else advance(lines, plan.payloads[index]!)
    })
    if (failures.length === 0) attempt = 0
    else if (!(await mayGoOn(plan, failures, attempt++))) return fillIn(outcomes, lines, plan.call)
  }
  return outcomes as Outcome<R>[]
}

async function mayGoOn<P extends TopicPartition, R>(
  { call, retry }: FanOut<P, R>,
  failures: readonly Failure[],
  attempt: number,
): Promise<boolean> {
  const uncured = failures.find(({ isCured }) => !isCured)
  const context = uncured ? retry : { ...retry, apply: cured }
  try {
    await again(call, context, (uncured ?? failures[0]!).error, attempt)
    return true
  } catch (error) {
    if (error instanceof KafkaError) return false
    throw error
  }
}

function cured(): Promise<void> {
  return Promise.resolve()
}

/** Indexes of the payloads that wait, by partition, in their order. */
function linesByPartition(payloads: readonly TopicPartition[]): Map<string, number[]> {
  const lines = new Map<string, number[]>()
  payloads.forEach((payload, index) => {
    const key = partitionKey(payload)
    const line = lines.get(key)
    if (line) line.push(index)
    else lines.set(key, [index])
  })
  return lines
}

function advance(lines: Map<string, number[]>, payload: TopicPartition): void {
  const key = partitionKey(payload)
  const line = lines.get(key)!
  line.shift()
  if (line.length === 0) lines.delete(key)
}

/** Out of time: whoever still waits fails with what stood in the way of his partition. */
function fillIn<R>(
  outcomes: readonly (Outcome<R> | undefined)[],
  lines: ReadonlyMap<string, readonly number[]>,
  call: Call,
): readonly Outcome<R>[] {
  const filled = [...outcomes]
  for (const line of lines.values()) {
    const inTheWay = outcomes[line[0]!] ?? { error: endOf(call) }
    for (const index of line) filled[index] = inTheWay
  }
  return filled as Outcome<R>[]
}

/** Answers in payload order, or FailedPayloadsError with what worked; as data when `failOnError` is false. */
export function collect<P extends TopicPartition, R extends object>(
  what: string,
  payloads: readonly P[],
  outcomes: readonly Outcome<R>[],
  blank: (payload: P, error: KafkaError) => R,
  failOnError: boolean,
): readonly R[] {
  const all = outcomes.map((outcome, i) =>
    'error' in outcome ? blank(payloads[i]!, outcome.error) : outcome.response,
  )
  if (!failOnError) return all
  const failed = outcomes.flatMap((outcome, i) =>
    'error' in outcome ? [{ payload: payloads[i]!, error: outcome.error }] : [],
  )
  if (failed.length === 0) return all
  throw new FailedPayloadsError(
    what,
    outcomes.flatMap(outcome => ('response' in outcome ? [outcome.response] : [])),
    failed,
  )
}

const topicForm = /^[\w.-]{1,249}$/

/** Refuses what cannot be a list of payloads, before anything is sent. */
export function checkPayloads(method: string, payloads: readonly TopicPartition[]): void {
  if (!Array.isArray(payloads) || payloads.length === 0) {
    throw new ArgumentError(`${method} payloads`, payloads, 'an array with at least one payload')
  }
  payloads.forEach((payload: TopicPartition, i) => {
    if (typeof payload !== 'object' || payload === null) {
      throw new ArgumentError(`${method} payloads[${i}]`, payload, 'an object with topic and partition')
    }
    checkTopic(`${method} payloads[${i}].topic`, payload.topic)
    if (!Number.isInteger(payload.partition) || payload.partition < 0) {
      throw new ArgumentError(
        `${method} payloads[${i}].partition`,
        payload.partition,
        'a partition number from 0',
      )
    }
  })
}

/** Kafka's rule for topic names. */
export function checkTopic(argument: string, topic: unknown): asserts topic is string {
  if (typeof topic === 'string' && topicForm.test(topic) && topic !== '.' && topic !== '..') return
  throw new ArgumentError(argument, topic, 'a topic name: 1 to 249 of letters, digits, ".", "_", "-"')
}

export function checkGroup(argument: string, group: unknown): asserts group is string {
  if (typeof group !== 'string' || group === '')
    throw new ArgumentError(argument, group, 'a group id that is not empty')
}
