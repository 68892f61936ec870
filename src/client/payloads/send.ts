import type { ClientSettings } from '../options'
import type { Call } from '../call'
import type { RetryContext } from '../retry'
import type { Router } from '../router'
import type { KafkaError, TopicPartition } from '../../kernel'
import type { Api, Fetch, ListOffsets, OffsetCommit, OffsetFetch, Produce } from '../../protocol'
import type { Answer, Sending } from '../broker'
import { attemptAtCoordinator } from './by-coordinator'
import { attemptByLeader } from './by-leader'
import { checkGroup, checkPayloads, collect, fanOut, type Outcome } from './fan-out'
import {
  blankFetch,
  fetchOutcomes,
  fetchSending,
  readyFetch,
  type FetchOptions,
  type FetchPayload,
  type FetchResponse,
  type ReadyFetch,
} from './fetch'
import {
  blankOffset,
  listOffsetsOutcomes,
  listOffsetsSending,
  readyOffset,
  type OffsetPayload,
  type OffsetResponse,
  type ReadyOffset,
} from './list-offsets'
import {
  blankCommit,
  commitOutcomes,
  commitSending,
  readyCommit,
  type CommitIdentity,
  type OffsetCommitPayload,
  type OffsetCommitResponse,
  type ReadyCommit,
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
  type ReadyPayload,
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

export interface OffsetOptions extends PayloadOptions {
  /** With `'read_committed'` the latest offset is the last stable one (KIP-98). Default `'read_uncommitted'`. */
  readonly isolationLevel?: 'read_uncommitted' | 'read_committed'
}

/** One kind of payload: what it is called, how it travels, what its answer says, and when it may travel again. */
interface PayloadKind<
  A extends Api,
  P extends TopicPartition,
  Ready extends TopicPartition,
  R extends object,
> {
  readonly method: string
  readonly ready: (payload: P, index: number) => Ready
  readonly sending: (payloads: readonly Ready[]) => Sending<A>
  readonly outcomes: (answer: Answer<A>, payloads: readonly Ready[]) => Map<string, Outcome<R>>
  /** The answer for a payload that failed, as data. */
  readonly blank: (payload: P, error: KafkaError) => R
  /** Default: whatever is retriable. */
  readonly mayRepeat?: (error: KafkaError) => boolean
}

export async function sendProduce(
  context: PayloadContext,
  payloads: readonly ProducePayload[],
  options: ProduceOptions,
): Promise<readonly ProduceResponse[]> {
  const acks = acksNumber(options.acks ?? 'all')
  const { ackTimeoutMs = 10_000 } = options
  const kind: PayloadKind<typeof Produce, ProducePayload, ReadyPayload, ProduceResponse> = {
    method: 'sendProduceRequest',
    ready: (payload, index) => readyProduce(payload, index, options),
    sending: list => produceSending(list, { acks, ackTimeoutMs, now: context.settings.clock.now() }),
    outcomes: produceOutcomes,
    blank: blankProduce,
    mayRepeat: mayProduceAgain,
  }
  return sendByLeader(context, kind, payloads, options)
}

export async function sendFetch(
  context: PayloadContext,
  payloads: readonly FetchPayload[],
  options: FetchOptions,
): Promise<readonly FetchResponse[]> {
  const kind: PayloadKind<typeof Fetch, FetchPayload, ReadyFetch, FetchResponse> = {
    method: 'sendFetchRequest',
    ready: readyFetch,
    sending: list => fetchSending(list, options),
    outcomes: (answer, list) => fetchOutcomes(answer, list, context.settings.maxDecompressedBytes),
    blank: blankFetch,
  }
  return sendByLeader(context, kind, payloads, options)
}

export function sendListOffsets(
  context: PayloadContext,
  payloads: readonly OffsetPayload[],
  options: OffsetOptions,
): Promise<readonly OffsetResponse[]> {
  const isolation = options.isolationLevel === 'read_committed' ? 1 : 0
  const kind: PayloadKind<typeof ListOffsets, OffsetPayload, ReadyOffset, OffsetResponse> = {
    method: 'sendOffsetRequest',
    ready: readyOffset,
    sending: list => listOffsetsSending(list, isolation),
    outcomes: listOffsetsOutcomes,
    blank: blankOffset,
  }
  return sendByLeader(context, kind, payloads, options)
}

export function sendOffsetFetch(
  context: PayloadContext,
  group: string,
  payloads: readonly OffsetFetchPayload[],
  options: PayloadOptions,
): Promise<readonly OffsetFetchResponse[]> {
  const kind: PayloadKind<typeof OffsetFetch, OffsetFetchPayload, OffsetFetchPayload, OffsetFetchResponse> = {
    method: 'sendOffsetFetchRequest',
    ready: payload => payload,
    sending: list => offsetFetchSending(group, list),
    outcomes: (answer, list) => offsetFetchOutcomes(group, answer, list),
    blank: blankOffsetFetch,
  }
  return sendToCoordinator(context, kind, group, payloads, options)
}

export function sendOffsetCommit(
  context: PayloadContext,
  group: string,
  payloads: readonly OffsetCommitPayload[],
  options: PayloadOptions & CommitIdentity,
): Promise<readonly OffsetCommitResponse[]> {
  const kind: PayloadKind<typeof OffsetCommit, OffsetCommitPayload, ReadyCommit, OffsetCommitResponse> = {
    method: 'sendOffsetCommitRequest',
    ready: readyCommit,
    sending: list => commitSending(group, list, options),
    outcomes: answer => commitOutcomes(group, answer),
    blank: blankCommit,
  }
  return sendToCoordinator(context, kind, group, payloads, options)
}

async function sendByLeader<
  A extends Api,
  P extends TopicPartition,
  Ready extends TopicPartition,
  R extends object,
>(
  context: PayloadContext,
  kind: PayloadKind<A, P, Ready, R>,
  payloads: readonly P[],
  options: PayloadOptions,
): Promise<readonly R[]> {
  const { router } = context
  checkPayloads(kind.method, payloads)
  const topics = [...new Set(payloads.map(({ topic }) => topic))]
  return send(context, kind, payloads, options, {
    apply: error => router.apply(error, { to: 'leader' }, topics),
    attempt: heads => attemptByLeader({ ...context, ...kind }, heads),
  })
}

async function sendToCoordinator<
  A extends Api,
  P extends TopicPartition,
  Ready extends TopicPartition,
  R extends object,
>(
  context: PayloadContext,
  kind: PayloadKind<A, P, Ready, R>,
  group: string,
  payloads: readonly P[],
  options: PayloadOptions,
): Promise<readonly R[]> {
  const { router } = context
  checkGroup(`${kind.method} group`, group)
  checkPayloads(kind.method, payloads)
  const target = { to: 'coordinator', type: 'group', key: group } as const
  return send(context, kind, payloads, options, {
    apply: error => router.apply(error, target),
    attempt: heads => attemptAtCoordinator({ ...context, ...kind, target }, heads),
  })
}

interface Way<Ready, R> {
  readonly apply: RetryContext['apply']
  readonly attempt: (heads: readonly Ready[]) => Promise<readonly Outcome<R>[]>
}

async function send<A extends Api, P extends TopicPartition, Ready extends TopicPartition, R extends object>(
  { call, settings }: PayloadContext,
  { method, ready, blank, mayRepeat = isRetriable }: PayloadKind<A, P, Ready, R>,
  payloads: readonly P[],
  { failOnError = true }: PayloadOptions,
  { apply, attempt }: Way<Ready, R>,
): Promise<readonly R[]> {
  const plan = { call, mayRepeat, attempt, payloads: payloads.map(ready), retry: { ...settings, apply } }
  return collect(method, payloads, await fanOut(plan), blank, failOnError)
}

function isRetriable(error: KafkaError): boolean {
  return error.retriable
}
