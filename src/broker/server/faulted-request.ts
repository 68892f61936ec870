import type { Clock } from '../../kernel'
import { encodeResponse, type ErrorName } from '../../protocol'
import { checkError, checkMs, checkWhole, type FaultRun } from '../faults'
import { CloseConnection, NO_ANSWER, type Answer, type InjectedError } from '../handlers'
import type { SeenRequest } from '../inspect'
import type { Life } from './life'
import type { ServerRequest } from './read-request'
import type { Reply } from './reply'
import type { Connection } from './server-connection'

/** Thrown by a fault that replies with something else than an answer. */
export class Interrupted extends Error {
  readonly reply: Reply

  constructor(reply: Reply) {
    super('interrupted by a fault')
    this.reply = reply
  }
}

interface FaultedRequestParts {
  readonly seen: SeenRequest
  readonly request: ServerRequest
  readonly connection: Connection
  readonly clock: Clock
  /** Of the broker: what it was doing ends with it. */
  readonly life: Life
  readonly carryOut: (injected: InjectedError) => Answer | Promise<Answer>
  readonly refusal: (error: ErrorName) => Answer
}

/** What a fault may do with one request. */
export class FaultedRequest implements FaultRun {
  readonly request: SeenRequest
  readonly #parts: FaultedRequestParts

  constructor(parts: FaultedRequestParts) {
    this.request = parts.seen
    this.#parts = parts
  }

  carryOut(): Promise<Answer> {
    return this.carryOutWith(() => undefined)
  }

  carryOutWith(injected: InjectedError): Promise<Answer> {
    return mayBeIgnored(this.#carryOut(injected))
  }

  refusal(error: ErrorName): Answer {
    checkError('refusal', error)
    return this.#parts.refusal(error)
  }

  wait(ms: number): Promise<void> {
    checkMs('wait', ms)
    return mayBeIgnored(this.#wait(ms))
  }

  mute(): void {
    this.#parts.connection.mute()
  }

  close(reason: string): Error {
    return new CloseConnection(reason)
  }

  cutAnswer(answer: Answer, bytes?: number): Error {
    if (answer === NO_ANSWER) return new CloseConnection('by a fault')
    const { api, version, correlationId } = this.#parts.request
    checkWhole('cutAnswer bytes', bytes)
    const whole = Buffer.concat(encodeResponse(api, version, correlationId, answer))
    const sent = Math.min(bytes ?? whole.length >> 1, whole.length)
    const thenClose = `by a fault, after ${sent} of ${whole.length} bytes of an answer`
    return new Interrupted({ kind: 'answer', chunks: [whole.subarray(0, sent)], thenClose })
  }

  holdBack(ms: number): void {
    checkMs('holdBack', ms)
    this.#parts.connection.holdBack(ms)
  }

  async #carryOut(injected: InjectedError): Promise<Answer> {
    if (this.#parts.life.isOver) throw new Interrupted({ kind: 'none' })
    return this.#parts.carryOut(injected)
  }

  #wait(ms: number): Promise<void> {
    const { clock, life } = this.#parts
    return new Promise((resolve, reject) => {
      const interrupt = (): void => reject(new Interrupted({ kind: 'none' }))
      if (life.isOver) return interrupt()
      const timer = clock.after(ms, () => {
        forget()
        resolve()
      })
      const forget = life.onEnd(() => {
        timer.cancel()
        interrupt()
      })
    })
  }
}

/** A fault need not wait for what it began: a failure that nobody looks at must not end the process. */
function mayBeIgnored<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}
