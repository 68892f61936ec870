import { connect, type Socket } from 'node:net'
import {
  decodeResponse,
  encodeRequest,
  type Api,
  type RequestOf,
  type ResponseOf,
} from '../../../src/protocol'
import { Inbox, patienceMs } from './inbox'

/** A connection on which a case says exactly what it wants, in the version it wants, and sees what comes back. */
export class RawConnection {
  readonly #socket: Socket
  readonly #place: string
  readonly #inbox: Inbox
  readonly #over: Promise<void>
  #correlationId = 0

  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.#place = `${host}:${port}`
    this.#inbox = new Inbox(this.#place)
    this.#socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
    this.#socket.on('data', chunk => this.#inbox.take(chunk))
    this.#socket.on('error', () => undefined)
    // The broker has said its last word.
    this.#socket.on('end', () => this.#socket.destroy())
    this.#over = new Promise(resolve => {
      this.#socket.on('close', () => {
        this.#inbox.end()
        resolve()
      })
    })
  }

  /** The broker has closed it, or this side has. */
  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  /**
   * Sends a request at once, behind those that wait for their answers, and decodes its answer. Answers that come in
   * another order than the requests are a failure.
   */
  request<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<ResponseOf<A>> {
    const answer = this.#ask(api, version, body)
    // A case that fails before it comes to wait for this answer has told its reason already.
    answer.catch(() => undefined)
    return answer
  }

  /** Sends a request whose answer is not waited for here; answers its correlation id. */
  tell<A extends Api>(api: A, version: number, body: RequestOf<A>): number {
    const correlationId = this.#correlationId++
    this.send(Buffer.concat(encodeRequest({ api, version, correlationId, clientId: 'contract', body })))
    return correlationId
  }

  /** Sends these bytes, whatever they are. */
  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The next frame that nobody else waits for, without its length; header first. */
  nextFrame(what = 'a frame'): Promise<Buffer> {
    return this.#inbox.next(what)
  }

  /** Resolves when the broker has closed the connection. Fails when it does not, and when it said something first. */
  async closed(withinMs = patienceMs): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error(`${this.#place}: still open after ${withinMs} ms`))
      timer = setTimeout(fail, withinMs)
    })
    await Promise.race([this.#over, late]).finally(() => clearTimeout(timer))
    const [frame] = this.#inbox.unread
    if (frame) throw new Error(`${this.#place}: ${frame.length} bytes came before it closed`)
  }

  /** Says that nothing more will be sent, and goes on receiving. */
  endSending(): void {
    this.#socket.end()
  }

  /** Who still waits for an answer waits in vain. */
  close(): void {
    this.#inbox.forget()
    this.#socket.destroy()
  }

  async #ask<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<ResponseOf<A>> {
    const correlationId = this.tell(api, version, body)
    const frame = await this.nextFrame(`the answer to ${api.name} v${version}`)
    const answered = frame.readInt32BE(0)
    if (answered !== correlationId)
      throw new Error(`${this.#place}: request ${answered} was answered in the place of ${correlationId}`)
    return decodeResponse(api, version, frame)
  }
}
