import {
  BrokerError,
  ConnectionError,
  NoOffsetError,
  TimeoutError,
  TopicRecreatedError,
  type KafkaError,
} from '../kernel'
import { retryPause } from '../client'
import { errorCode } from '../protocol'
import type { ConsumerEvent } from './event'
import { shun } from './nearest-replica'
import type { PartitionLine } from './partition-line'
import { targetOfReset, type ResetTo } from './reset-policy'
import type { SessionContext } from './session-context'

interface TroublesContext extends SessionContext {
  /** Nothing of what was delivered counts any more. */
  readonly leapt: (line: PartitionLine) => void
  /** The partition has ended: its error is to be delivered. */
  readonly ended: (line: PartitionLine) => void
}

/** What an error means for a partition: a pause, another position, or its end. */
export class Troubles {
  readonly #context: TroublesContext

  constructor(context: TroublesContext) {
    this.#context = context
  }

  /** The error decides by its remedy. */
  meet(line: PartitionLine, error: KafkaError): void {
    shun(line, error, this.#context.client)
    if (error.retriable || isUnknown(error)) this.#retry(line, error)
    else this.end(line, error)
  }

  /** What the error asks for is done already: the partition is asked for again at once. */
  again(line: PartitionLine, error: KafkaError): void {
    shun(line, error, this.#context.client)
    this.#context.emit({ type: 'retry', at: line.at, error })
  }

  /** The log does not have the position. */
  outOfRange(line: PartitionLine, cause: KafkaError): void {
    const { at } = line
    const from = line.position!.offset
    const error = new NoOffsetError(at, `the log does not have offset ${from}`, cause)
    this.reset(line, error, to => ({ type: 'offset-reset', at, to, from }))
  }

  /** The position was in another topic of the same name: so was whatever has come and is not done. */
  recreated(line: PartitionLine): void {
    const { at } = line
    line.validatedEpoch = -1
    line.nearest = undefined
    line.notBefore = line.attempts = 0
    const from = line.deliveredTo?.offset
    if (from === undefined) return
    line.leaveLog()
    this.#context.leapt(line)
    this.reset(line, new TopicRecreatedError(at), to => ({ type: 'topic-recreated', at, to, from }))
  }

  /** `autoOffsetReset` says where to go on, or that this error ends the partition. */
  reset(line: PartitionLine, error: KafkaError, told: (to: ResetTo) => ConsumerEvent): void {
    const { client, settings, emit } = this.#context
    const to = settings.autoOffsetReset
    if (to === 'none') return this.end(line, error)
    line.position = undefined
    line.isChosen = true
    line.target = targetOfReset(to, client.settings.clock)
    emit(told(to))
  }

  end(line: PartitionLine, error: KafkaError): void {
    line.fail(error)
    this.#context.ended(line)
  }

  /** The partition waits a jittered pause that grows with every error; who leads it is asked anew. */
  #retry(line: PartitionLine, error: KafkaError): void {
    const { client, emit } = this.#context
    const { topic } = line.at
    line.notBefore = client.settings.clock.monotonic() + retryPause(client.settings, line.attempts++)
    if (client.cluster.topics.has(topic)) emit({ type: 'retry', at: line.at, error })
    else emit({ type: 'waiting-for-topic', topic, error })
    if (needsMetadata(error)) client.router.metadata.refresh([topic]).catch(ignored)
  }
}

const unknownLeaderEpoch = errorCode('UNKNOWN_LEADER_EPOCH')
const unknownServerError = errorCode('UNKNOWN_SERVER_ERROR')

/** The broker met something that it has no name for: for who reads that may be over the next time, as in Java. */
function isUnknown(error: KafkaError): boolean {
  return error instanceof BrokerError && error.code === unknownServerError
}

function needsMetadata(error: KafkaError): boolean {
  return (
    error.remedy === 'refresh-metadata' ||
    (error instanceof BrokerError && error.code === unknownLeaderEpoch) ||
    error instanceof ConnectionError ||
    error instanceof TimeoutError
  )
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
