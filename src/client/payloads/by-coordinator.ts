import { asKafkaError, partitionKey, type TopicPartition } from '../../kernel'
import type { Api } from '../../protocol'
import type { Answer, Sending } from '../broker'
import type { Call } from '../call'
import type { Router } from '../router'
import type { Target } from '../routes'
import { unanswered } from './by-leader'
import type { Outcome } from './fan-out'

/** How payloads of a group travel: all in one request to its coordinator. */
export interface CoordinatorExchange<A extends Api, P extends TopicPartition, R> {
  readonly router: Router
  readonly call: Call
  readonly target: Exclude<Target, { to: 'any' | 'leader' }>
  readonly sending: (payloads: readonly P[]) => Sending<A>
  readonly outcomes: (answer: Answer<A>, payloads: readonly P[]) => Map<string, Outcome<R>>
}

/** Sends the payloads to the coordinator; answers in payload order. */
export async function attemptAtCoordinator<A extends Api, P extends TopicPartition, R>(
  { router, call, target, sending, outcomes }: CoordinatorExchange<A, P, R>,
  payloads: readonly P[],
): Promise<readonly Outcome<R>[]> {
  try {
    const broker = await router.resolve(target, call)
    const answer = await broker.request(sending(payloads), call)
    const told = outcomes(answer, payloads)
    return payloads.map(
      payload => told.get(partitionKey(payload)) ?? { error: unanswered(call.what, payload) },
    )
  } catch (error) {
    return payloads.map(() => ({ error: asKafkaError(error, call.what) }))
  }
}
