import { asKafkaError, KafkaError } from '../../kernel'
import {
  pause,
  retrying,
  runCall,
  type Answer,
  type Broker,
  type Call,
  type ClientCore,
  type Sending,
} from '../../client'
import { brokerError, type Api } from '../../protocol'
import { isConcurrent, isUnanswered } from './transaction-verdict'

export interface CoordinatorContext {
  readonly client: ClientCore
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  /** Aborts when nothing is waited for any more. */
  readonly abandoned: AbortSignal
  /** Told of an attempt that may still reach its coordinator, however the question ends. */
  readonly unanswered: () => void
}

/** One question, asked until it has an answer. */
export interface Question<A extends Api> {
  readonly sending: Sending<A>
  /** Asked of the coordinator of this group; default: of our transactional id. */
  readonly groupId?: string
  readonly timeoutMs: number
  /** Whether an error is worth asking again for. */
  readonly mayRepeat: (error: KafkaError) => boolean
  /** Raises the error that an answer tells. */
  readonly check: (answer: Answer<A>) => void
  /** Told of every attempt that failed once its broker was found. */
  readonly failed?: (error: KafkaError) => void
}

/** Between two questions while the transaction before is still being finished, in ms. */
const concurrentPauseMs = 20

/** @param found told whose answer it will be, if it is the coordinator of our transactional id */
export function ask<A extends Api>(
  { client, transactionalId, abandoned, unanswered }: CoordinatorContext,
  question: Question<A>,
  found: (broker: Broker) => void,
): Promise<Answer<A>> {
  const { sending, groupId, timeoutMs, mayRepeat } = question
  const { router, settings } = client
  const target =
    groupId === undefined
      ? ({ to: 'coordinator', type: 'transaction', key: transactionalId } as const)
      : ({ to: 'coordinator', type: 'group', key: groupId } as const)
  const what = `${sending.api.name} of ${transactionalId}`
  const plan = { clock: settings.clock, what, timeoutMs, abandoned }
  return runCall(plan, call => {
    const attempt = async (): Promise<Answer<A>> => {
      const broker = await router.resolve(target, call)
      if (groupId === undefined) found(broker)
      try {
        return await exchange(broker, question, call)
      } catch (error) {
        if (error instanceof KafkaError && isUnanswered(error)) unanswered()
        throw error
      }
    }
    const context = { ...settings, apply: (error: KafkaError) => router.apply(error, target) }
    return retrying(call, context, () => patiently(client, call, attempt), mayRepeat)
  })
}

/** CONCURRENT_TRANSACTIONS does not last: no pause that grows, and nothing to be looked up anew. */
async function patiently<T>({ settings }: ClientCore, call: Call, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isConcurrent(error) || call.signal.aborted) throw asKafkaError(error, call.what)
      await pause(settings.clock, concurrentPauseMs, call.signal)
      if (call.signal.aborted) throw error
    }
  }
}

async function exchange<A extends Api>(
  broker: Broker,
  { sending, check, failed }: Question<A>,
  call: Call,
): Promise<Answer<A>> {
  try {
    const answer = await broker.request(sending, call)
    check(answer)
    return answer
  } catch (error) {
    failed?.(asKafkaError(error, call.what))
    throw error
  }
}

export function raise(code: number, { broker, version }: Answer<Api>, what: string): void {
  if (code !== 0) throw brokerError(code, `${what} v${version} -> ${broker.name}`)
}

const operationNotAttempted = 55

export interface PartitionCode {
  readonly name: string
  readonly index: number
  readonly code: number
}

/** One partition in trouble keeps the others from being tried: it is the one to tell of. */
export function raiseFirst(codes: readonly PartitionCode[], answer: Answer<Api>, what: string): void {
  const wrong = codes.filter(({ code }) => code !== 0)
  const first = wrong.find(({ code }) => code !== operationNotAttempted) ?? wrong[0]
  if (first) raise(first.code, answer, `${what}, ${first.name}/${first.index}`)
}
