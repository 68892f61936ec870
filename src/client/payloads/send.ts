import type { ClientSettings } from '../options'
import type { Call } from '../call'
import type { RetryContext } from '../retry'
import type { Router } from '../router'
import type { KafkaError, TopicPartition } from '../../kernel'
import type { Target } from '../routes'
import { attemptAtCoordinator } from './by-coordinator'
import { attemptByLeader } from './by-leader'
import { checkGroup, checkPayloads, collect, fanOut } from './fan-out'
import {
  blankFetch,
  fetchOutcomes,
  fetchSending,
  readyFetch,
  type FetchOptions,
  type FetchPayload,
  type FetchResponse,
} from './fetch'
import {
  blankOffset,
  listOffsetsOutcomes,
  listOffsetsSending,
  readyOffset,
  type OffsetPayload,
  type OffsetResponse,
} from './list-offsets'
import {
  blankCommit,
  commitOutcomes,
  commitSending,
  readyCommit,
  type CommitIdentity,
  type OffsetCommitPayload,
  type OffsetCommitResponse,
} from './offset-commit'
import {
  blankOffsetFetch,
  offsetFetchOutcomes,
  offsetFetchSending,
  type OffsetFetchPayload,
  type OffsetFetchResponse,
} from './offset-fetch'
import {
  acksNumber,
  blankProduce,
  mayProduceAgain,
  produceOutcomes,
  produceSending,
  readyProduce,
  type ProduceOptions,
  type ProducePayload,
  type ProduceResponse,
} from './produce'

export interface PayloadContext {
  readonly router: Router
  readonly settings: ClientSettings
  readonly call: Call
}

export interface PayloadOptions {
  /** false: errors of single partitions come back as data. Default true: FailedPayloadsError. */
  readonly failOnError?: boolean
  /** For the whole call, in ms. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

const isRetriable = (error: KafkaError): boolean => error.retriable

export async function sendProduce(
  context: PayloadContext,
  payloads: readonly ProducePayload[],
  options: ProduceOptions,
): Promise<readonly ProduceResponse[]> {
  const { router, call, settings } = context
  checkPayloads('sendProduceRequest', payloads)
  const acks = acksNumber(options.acks ?? 'all')
  const { ackTimeoutMs = 10_000, failOnError = true } = options
  const ready = payloads.map((payload, index) => readyProduce(payload, index, options))
  const outcomes = await fanOut({
    call,
    retry: leaderRetry(context, payloads),
    payloads: ready,
    mayRepeat: mayProduceAgain,
    attempt: heads =>
      attemptByLeader(
        {
          router,
          call,
          sending: list => produceSending(list, { acks, ackTimeoutMs, now: settings.clock.now() }),
          outcomes: produceOutcomes,
        },
        heads,
      ),
  })
  return collect('sendProduceRequest', payloads, outcomes, blankProduce, failOnError)
}

export async function sendFetch(
  context: PayloadContext,
  payloads: readonly FetchPayload[],
  options: FetchOptions,
): Promise<readonly FetchResponse[]> {
  const { router, call, settings } = context
  checkPayloads('sendFetchRequest', payloads)
  const outcomes = await fanOut({
    call,
    retry: leaderRetry(context, payloads),
    payloads: payloads.map(readyFetch),
    mayRepeat: isRetriable,
    attempt: heads =>
      attemptByLeader(
        {
          router,
          call,
          sending: list => fetchSending(list, options),
          outcomes: (answer, list) => fetchOutcomes(answer, list, settings.maxDecompressedBytes),
        },
        heads,
      ),
  })
  return collect('sendFetchRequest', payloads, outcomes, blankFetch, options.failOnError ?? true)
}

export async function sendListOffsets(
  context: PayloadContext,
  payloads: readonly OffsetPayload[],
  options: PayloadOptions,
): Promise<readonly OffsetResponse[]> {
  const { router, call } = context
  checkPayloads('sendOffsetRequest', payloads)
  const outcomes = await fanOut({
    call,
    retry: leaderRetry(context, payloads),
    payloads: payloads.map(readyOffset),
    mayRepeat: isRetriable,
    attempt: heads =>
      attemptByLeader(
        { router, call, sending: list => listOffsetsSending(list, 0), outcomes: listOffsetsOutcomes },
        heads,
      ),
  })
  return collect('sendOffsetRequest', payloads, outcomes, blankOffset, options.failOnError ?? true)
}

export async function sendOffsetFetch(
  context: PayloadContext,
  group: string,
  payloads: readonly OffsetFetchPayload[],
  options: PayloadOptions,
): Promise<readonly OffsetFetchResponse[]> {
  const { router, call } = context
  checkGroup('sendOffsetFetchRequest group', group)
  checkPayloads('sendOffsetFetchRequest', payloads)
  const target = groupTarget(group)
  const outcomes = await fanOut({
    call,
    retry: coordinatorRetry(context, target),
    payloads,
    mayRepeat: isRetriable,
    attempt: heads =>
      attemptAtCoordinator(
        {
          router,
          call,
          target,
          sending: list => offsetFetchSending(group, list),
          outcomes: (answer, list) => offsetFetchOutcomes(group, answer, list),
        },
        heads,
      ),
  })
  return collect('sendOffsetFetchRequest', payloads, outcomes, blankOffsetFetch, options.failOnError ?? true)
}

export async function sendOffsetCommit(
  context: PayloadContext,
  group: string,
  payloads: readonly OffsetCommitPayload[],
  options: PayloadOptions & CommitIdentity,
): Promise<readonly OffsetCommitResponse[]> {
  const { router, call } = context
  checkGroup('sendOffsetCommitRequest group', group)
  checkPayloads('sendOffsetCommitRequest', payloads)
  const target = groupTarget(group)
  const outcomes = await fanOut({
    call,
    retry: coordinatorRetry(context, target),
    payloads: payloads.map(readyCommit),
    mayRepeat: isRetriable,
    attempt: heads =>
      attemptAtCoordinator(
        {
          router,
          call,
          target,
          sending: list => commitSending(group, list, options),
          outcomes: answer => commitOutcomes(group, answer),
        },
        heads,
      ),
  })
  return collect('sendOffsetCommitRequest', payloads, outcomes, blankCommit, options.failOnError ?? true)
}

function groupTarget(key: string): Extract<Target, { to: 'coordinator' }> {
  return { to: 'coordinator', type: 'group', key }
}

function leaderRetry(
  { router, settings }: PayloadContext,
  payloads: readonly TopicPartition[],
): RetryContext {
  const topics = [...new Set(payloads.map(({ topic }) => topic))]
  return { ...settings, apply: error => router.apply(error, { to: 'leader' }, topics) }
}

function coordinatorRetry({ router, settings }: PayloadContext, target: Target): RetryContext {
  return { ...settings, apply: error => router.apply(error, target) }
}
