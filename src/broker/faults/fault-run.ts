import type { ErrorName } from '../../protocol'
import type { Answer, InjectedError } from '../handlers'
import type { SeenRequest } from '../inspect'

/** One request under a fault: what can be done with it. */
export interface FaultRun {
  readonly request: SeenRequest
  /** Does what the broker would have done. More than once, if called more than once. */
  carryOut(): Promise<Answer>
  /** The same, but these partitions answer with an error and are left as they are. */
  carryOutWith(injected: InjectedError): Promise<Answer>
  /** The answer that refuses the whole request. */
  refusal(error: ErrorName): Answer
  /** Resolves after so many ms of the broker's clock. Throws an ArgumentError for what is no time. */
  wait(ms: number): Promise<void>
  /** The connection takes requests as before, and nothing that is answered arrives any more. */
  mute(): void
  /** Closes the connection; throw what this gives. */
  close(reason: string): Error
  /** Sends so many bytes of the answer (default half), then closes; throw what this gives. */
  cutAnswer(answer: Answer, bytes?: number): Error
  /** Nothing more is served on the connection for so many ms. Throws an ArgumentError for what is no time. */
  holdBack(ms: number): void
}

/**
 * What happens to a request in place of what should. Answers what the client gets; whatever else it answers or throws
 * closes the connection, and the event `connection-closed` says why.
 */
export type Fault = (run: FaultRun) => Answer | Promise<Answer>
