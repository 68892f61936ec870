import { ClosedError, ConnectionError, NoOffsetError, TimeoutError, type KafkaError } from '../kernel'
import { retryPause } from '../client'
import type { PartitionLine } from './partition-line'
import type { SessionContext } from './session-context'

interface TroublesContext extends SessionContext {
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
    // A broker that has left the cluster is closed under our hands.
    if (error.retriable || error instanceof ClosedError) this.#retry(line, error)
    else this.end(line, error)
  }

  /** The log does not have the position: `autoOffsetReset` says what then. */
  outOfRange(line: PartitionLine, error: KafkaError): void {
    const to = this.#context.settings.autoOffsetReset
    const from = line.position!.offset
    if (to === 'none')
      return this.end(line, new NoOffsetError(line.at, `the log does not have offset ${from}`, error))
    line.position = undefined
    line.target = to
    this.#context.emit({ type: 'offset-reset', at: line.at, to, from })
  }

  end(line: PartitionLine, error: KafkaError): void {
    line.fail(error)
    this.#context.ended(line)
  }

  /** The partition waits a jittered pause that grows with every error; who leads it is asked anew. */
  #retry(line: PartitionLine, error: KafkaError): void {
    const { client, emit } = this.#context
    line.notBefore = client.settings.clock.monotonic() + retryPause(client.settings, line.attempts++)
    emit({ type: 'retry', at: line.at, error })
    if (needsMetadata(error)) client.router.metadata.refresh([line.at.topic]).catch(ignored)
  }
}

function needsMetadata(error: KafkaError): boolean {
  return (
    error.remedy === 'refresh-metadata' ||
    error instanceof ConnectionError ||
    error instanceof TimeoutError ||
    error instanceof ClosedError
  )
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
