import { MessageTooLargeError, Producer, type KafkaError } from 'rx-kafka'
import { withConnection, type Connection } from '../connection'
import { Failure } from '../failure'
import { findTopic, partitionsOf } from '../find-topic'
import type { Shell } from '../shell'
import { messageOf } from './line-message'
import { LineSplitter, type LongLine } from './line-splitter'
import { produceOptions, type ProduceOptions } from './options'
import { piecesOf } from './pieces'
import { Tally } from './tally'

/** `rx-kafka produce`: lines of standard input as messages. */
export function produce(args: readonly string[], shell: Shell): Promise<number> {
  const options = produceOptions(args)
  return withConnection(options.connection, shell, async connection => {
    const { client, warnings } = connection
    const { topic, partition } = options.form
    partitionsOf(await findTopic(client, shell.clock, topic), partition === undefined ? [] : [partition])
    warnings.begin()
    const tally = new Tally()
    const began = shell.clock.monotonic()
    await sendAll(shell, connection, options, tally)
    const seconds = (shell.clock.monotonic() - began) / 1000
    if (tally.failed > 0) throw new Failure(tally.failure(topic))
    shell.stderr.write(`rx-kafka: ${tally.summary(topic, seconds, options.acks)}\n`)
    return 0
  })
}

/** What waits in the producer at most, in bytes; a piece of the input fits in half of it as the shortest lines too. */
const maxBufferedBytes = 16 * 1024 * 1024
const maxBatchBytes = 1_000_000
/** Messages that are under way at most, beside those of one piece: short ones take more room in memory than on the wire. */
const maxPending = 20_000

/** Reads no faster than the producer takes; ends when every message has arrived or failed. */
async function sendAll(
  shell: Shell,
  { client, timeoutMs }: Connection,
  { acks, compression, delimiter, form }: ProduceOptions,
  tally: Tally,
): Promise<void> {
  const producer = new Producer(client, {
    ...{ acks, compression, maxBufferedBytes, maxBatchBytes },
    maxBlockMs: timeoutMs,
  })
  const splitter = new LineSplitter(delimiter, maxBatchBytes)
  const send = (line: Buffer | LongLine) => {
    if (Buffer.isBuffer(line)) tally.count(producer.send(messageOf(line, form)))
    else tally.refuse(tooLong(line))
  }
  for await (const piece of piecesOf(shell)) {
    for (const line of splitter.push(piece)) send(line)
    await producer.ready()
    await tally.room(maxPending)
  }
  for (const line of splitter.end()) send(line)
  await producer.flush()
}

function tooLong({ length }: LongLine): KafkaError {
  return new MessageTooLargeError('a line', length, maxBatchBytes, 'what one message may have')
}
