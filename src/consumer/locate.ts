import {
  asKafkaError,
  NoOffsetError,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type KafkaError,
  type TopicPartition,
} from '../kernel'
import {
  attemptByLeader,
  listOffsetsOutcomes,
  listOffsetsSending,
  runCall,
  sendOffsetFetch,
  type Call,
  type Cluster,
  type OffsetResponse,
  type ReadyOffset,
} from '../client'
import type { Position } from './position'
import { targetOfReset, type ResetTo } from './reset-policy'
import type { SessionContext } from './session-context'
import type { Target, TimeTarget } from './start-offset'

/** Where a partition is to be found, or why that is not known. */
export type Located =
  /** With the metadata that the group has stored with it. */
  | { readonly position: Position; readonly metadata?: string | null }
  /** This is to be found instead; with `reset`, since the group has stored nothing. */
  | { readonly instead: Target; readonly reset?: ResetTo }
  | { readonly error: KafkaError }

interface Wanted {
  readonly at: TopicPartition
  readonly target: Target
  /** The partition is younger than the subscription: where nothing is stored, nothing was read. */
  readonly isAdded: boolean
}

type Listed = { readonly response: OffsetResponse } | { readonly error: KafkaError }

/** Asks once for the positions that these targets mean; answers in their order. Never throws. */
export async function locate(
  context: SessionContext,
  wanted: readonly Wanted[],
): Promise<readonly Located[]> {
  const { settings } = context.client
  const plan = {
    clock: settings.clock,
    what: `offsets for ${context.name}`,
    timeoutMs: settings.timeoutMs,
    abandoned: context.fetching,
  }
  const stored = wanted.filter(({ target }) => target === 'committed')
  const listed = wanted.filter(({ target }) => target !== 'committed')
  const found = new Map<Wanted, Located>()
  try {
    await runCall(plan, call =>
      Promise.all([storedOffsets(context, stored, call, found), listedOffsets(context, listed, call, found)]),
    )
  } catch (error) {
    for (const one of wanted) found.set(one, { error: asKafkaError(error, plan.what) })
  }
  return wanted.map(one => found.get(one)!)
}

/** The ends of the log and the offsets of times, from the leaders. */
async function listedOffsets(
  context: SessionContext,
  list: readonly Wanted[],
  call: Call,
  into: Map<Wanted, Located>,
): Promise<void> {
  if (list.length === 0) return
  // Before they are asked for their times: a message written in between would be behind neither answer.
  const timed = list.filter(({ target }) => isTime(target))
  const ends = await ask(context, timed, call, () => OFFSET_LATEST)
  const outcomes = await ask(context, list, call, timeOf)
  list.forEach((one, i) => into.set(one, listedOffset(outcomes[i]!, ends[timed.indexOf(one)])))
}

async function ask(
  { client, settings }: SessionContext,
  list: readonly Wanted[],
  call: Call,
  time: (target: Target) => bigint,
): Promise<readonly Listed[]> {
  if (list.length === 0) return []
  const isolation = settings.isolationLevel === 'read_committed' ? 1 : 0
  const exchange = {
    router: client.router,
    call,
    sending: (some: readonly ReadyOffset[], cluster: Cluster) => listOffsetsSending(some, isolation, cluster),
    outcomes: listOffsetsOutcomes,
  }
  return attemptByLeader(
    exchange,
    list.map(({ at, target }) => ({ ...at, time: time(target), maxOffsets: 1 })),
  )
}

function timeOf(target: Target): bigint {
  if (isTime(target)) return target.time
  return target === 'earliest' ? OFFSET_EARLIEST : OFFSET_LATEST
}

function isTime(target: Target): target is TimeTarget {
  return typeof target === 'object'
}

/** @param end the end of the log, where a time was asked for */
function listedOffset(outcome: Listed, end: Listed | undefined): Located {
  if ('error' in outcome) return outcome
  const { response } = outcome
  if (end === undefined || response.offset >= 0n) return { position: response }
  // Brokers older than 0.10.1 list the files that begin before the time: the first one begins after it.
  if (response.offsets.length === 0) return { instead: 'earliest' }
  return 'error' in end ? end : { position: end.response }
}

/** What the group has stored, from its coordinator. */
async function storedOffsets(
  context: SessionContext,
  list: readonly Wanted[],
  call: Call,
  into: Map<Wanted, Located>,
): Promise<void> {
  if (list.length === 0) return
  const { client, settings } = context
  const answers = await sendOffsetFetch(
    { router: client.router, settings: client.settings, call },
    settings.groupId!,
    list.map(({ at }) => at),
    { failOnError: false },
  )
  list.forEach((one, i) => into.set(one, storedOffset(answers[i]!, one, context)))
}

type Stored = TopicPartition &
  Position & { readonly error: KafkaError | null; readonly metadata: string | null }

/** Only a successful answer that says -1 means that nothing is stored. */
function storedOffset(stored: Stored, { isAdded }: Wanted, { client, settings }: SessionContext): Located {
  const { topic, partition, error, offset, leaderEpoch, metadata } = stored
  const { autoOffsetReset, groupId } = settings
  const reset = isAdded && autoOffsetReset === 'latest' ? 'earliest' : autoOffsetReset
  if (error) return { error }
  if (offset >= 0n) return { position: { offset, leaderEpoch }, metadata }
  if (reset !== 'none') return { instead: targetOfReset(reset, client.settings.clock), reset }
  return { error: new NoOffsetError({ topic, partition }, `group ${groupId} has stored no offset`) }
}
