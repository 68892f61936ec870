import { Consumer, type KafkaClient } from 'rx-kafka'
import { withConnection, type Connection } from '../connection'
import { findTopic, partitionsOf } from '../find-topic'
import { print } from '../print'
import type { Shell } from '../shell'
import type { Format } from './format'
import { Inbox } from './inbox'
import { consumeOptions, type ConsumeOptions } from './options'
import { Progress } from './progress'
import { byStart, stretchesOf, type Stretch } from './ranges'
import { commonStart } from './start'

/** `rx-kafka consume`: messages on standard output. */
export function consume(args: readonly string[], shell: Shell): Promise<number> {
  const options = consumeOptions(args)
  return withConnection(options.connection, shell, async connection => {
    const { topic, partitions: chosen, start, exitAtEnd, count, format } = options
    const { client, warnings, verbose } = connection
    const partitions = partitionsOf(await findTopic(client, shell.clock, topic), chosen)
    const isPlain = commonStart(start) !== undefined && !exitAtEnd
    const stretches = isPlain ? undefined : await stretchesOf(client, topic, partitions, start)
    warnings.begin()
    const progress = new Progress(exitAtEnd ? stretches : undefined, count)
    const inbox = new Inbox(shell.clock)
    const release = shell.onInterrupt(() => inbox.close())
    shell.stdout.once('error', () => inbox.close())
    try {
      if (!progress.isDone) openAll(inbox, connection, options, partitions, stretches)
      if (verbose) shell.stderr.write(`rx-kafka: reading ${topic}, ${partitions.length} partitions\n`)
      await print(
        output(inbox, progress, format, () => skipGaps(client, topic, progress)),
        shell.stdout,
      )
    } finally {
      release()
      inbox.close()
    }
    return 0
  })
}

/** One consumer for the partitions that begin at the same offset. */
function openAll(
  inbox: Inbox,
  { client }: Connection,
  { topic, start, exitAtEnd }: ConsumeOptions,
  partitions: readonly number[],
  stretches: readonly Stretch[] = [],
): void {
  const common = commonStart(start)
  const unread = exitAtEnd ? stretches.filter(stretch => stretch.start < stretch.end) : stretches
  const groups = common === undefined ? byStart(unread) : new Map([[common, partitions]])
  for (const [offset, group] of groups) {
    const consumer = new Consumer(client, topic, {
      partitions: group,
      ack: 'manual',
      maxInFlightBatches: 2,
      // Whoever reads our output may take all the time in the world.
      ackTimeoutMs: 0x7fffffff,
      autoOffsetReset: 'earliest',
    })
    inbox.open(consumer, offset)
  }
}

const pieceLength = 64 * 1024
/** So long without a message, a partition may have none before its end. */
const idleMs = 250

/** The messages as text, no sooner than it is asked for. */
async function* output(
  inbox: Inbox,
  progress: Progress,
  format: Format,
  idle: () => Promise<void>,
): AsyncGenerator<Buffer> {
  while (!progress.isDone) {
    const batch = await inbox.next(progress.unfinished.length > 0 ? idleMs : undefined)
    if (inbox.isClosed) return
    if (batch === undefined) {
      await idle()
      continue
    }
    let piece = ''
    for (const message of progress.take(batch)) {
      piece += format(message)
      if (piece.length < pieceLength) continue
      yield Buffer.from(piece, 'latin1')
      piece = ''
    }
    if (piece !== '') yield Buffer.from(piece, 'latin1')
    batch.ack()
  }
}

/**
 * The offsets before a partition's end need not be messages: they may be marks of transactions, or compacted away. No
 * batch tells of those, so the log itself is asked.
 */
async function skipGaps(client: KafkaClient, topic: string, progress: Progress): Promise<void> {
  const payloads = progress.unfinished.map(at => ({ topic, ...at, maxBytes: 64 * 1024 }))
  const answers = await client.sendFetchRequest(payloads, { maxWaitMs: 0, failOnError: false })
  for (const { partition, error, messages, nextOffset } of answers)
    if (error === null && progress.hasNone(partition, messages)) progress.reached(partition, nextOffset)
}
