import type { Api, ErrorName } from '../../protocol'
import type { Answer, InjectedError } from '../handlers'

/** A request as a fault, or a test, sees it. */
export interface SeenRequest<Body = unknown> {
  /** The broker that was asked. */
  readonly broker: number
  readonly api: Api
  readonly version: number
  readonly clientId: string | null
  readonly body: Body
  /** Topics that the request names: by name, even where its body says ids. */
  readonly topics: readonly string[]
}

/** One request under a fault: what can be done with it. */
export interface Run {
  readonly request: SeenRequest
  /** Does what the broker would have done. More than once, if called more than once. */
  carryOut(): Promise<Answer>
  /** The same, but these partitions answer with an error and are left as they are. */
  carryOutWith(injected: InjectedError): Promise<Answer>
  /** The answer that refuses the whole request. */
  refusal(error: ErrorName): Answer
  /** Resolves after so many ms of the broker's clock. */
  wait(ms: number): Promise<void>
  /** The connection takes requests as before, and nothing that is answered arrives any more. */
  mute(): void
  /** Closes the connection; throw what this gives. */
  close(reason: string): Error
  /** Sends so many bytes of the answer (default half), then closes; throw what this gives. */
  cutAnswer(answer: Answer, bytes?: number): Error
  /** Nothing more is served on the connection for so many ms after this answer. */
  holdBack(ms: number): void
}

/** What happens to a request in place of what should. Answers what the client gets. */
export type Fault = (run: Run) => Answer | Promise<Answer>
