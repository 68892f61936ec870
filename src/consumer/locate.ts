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
  type ReadyOffset,
} from '../client'
import type { Position } from './position'
import type { SessionContext } from './session-context'
import type { Target } from './start-offset'

/** Where a partition is to be found, or why that is not known. */
export type Located =
  /** With the metadata that the group has stored with it. */
  | { readonly position: Position; readonly metadata?: string | null }
  /** The group has stored nothing: this is to be found instead. */
  | { readonly reset: 'earliest' | 'latest' }
  | { readonly error: KafkaError }

interface Wanted {
  readonly at: TopicPartition
  readonly target: Target
}

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

/** The ends of the log, from the leaders. */
async function listedOffsets(
  { client, settings }: SessionContext,
  list: readonly Wanted[],
  call: Call,
  into: Map<Wanted, Located>,
): Promise<void> {
  if (list.length === 0) return
  const isolation = settings.isolationLevel === 'read_committed' ? 1 : 0
  const payloads = list.map(({ at, target }) => ({
    ...at,
    time: target === 'earliest' ? OFFSET_EARLIEST : OFFSET_LATEST,
    maxOffsets: 1,
  }))
  const exchange = {
    router: client.router,
    call,
    sending: (some: readonly ReadyOffset[]) => listOffsetsSending(some, isolation),
    outcomes: listOffsetsOutcomes,
  }
  const outcomes = await attemptByLeader(exchange, payloads)
  list.forEach((one, i) => {
    const outcome = outcomes[i]!
    into.set(one, 'error' in outcome ? outcome : { position: outcome.response })
  })
}

/** What the group has stored, from its coordinator. */
async function storedOffsets(
  { client, settings }: SessionContext,
  list: readonly Wanted[],
  call: Call,
  into: Map<Wanted, Located>,
): Promise<void> {
  if (list.length === 0) return
  const group = settings.groupId!
  const answers = await sendOffsetFetch(
    { router: client.router, settings: client.settings, call },
    group,
    list.map(({ at }) => at),
    { failOnError: false },
  )
  list.forEach((one, i) => into.set(one, storedOffset(answers[i]!, group, settings.autoOffsetReset)))
}

/** Only a successful answer that says -1 means that nothing is stored. */
function storedOffset(
  {
    topic,
    partition,
    error,
    offset,
    leaderEpoch,
    metadata,
  }: TopicPartition & Position & { readonly error: KafkaError | null; readonly metadata: string | null },
  group: string,
  reset: 'earliest' | 'latest' | 'none',
): Located {
  if (error) return { error }
  if (offset >= 0n) return { position: { offset, leaderEpoch }, metadata }
  if (reset !== 'none') return { reset }
  return { error: new NoOffsetError({ topic, partition }, `group ${group} has stored no offset`) }
}
