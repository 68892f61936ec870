import { connect, type Socket } from 'node:net'
import {
  decodeResponse,
  encodeRequest,
  type Api,
  type RequestOf,
  type ResponseOf,
} from '../../../src/protocol'

const answerMs = 8_000

interface Waiting {
  readonly answered: (frame: Buffer) => void
  readonly failed: (error: Error) => void
}

/** A connection on which a case says exactly what it wants, in the version it wants. */
export class RawConnection {
  readonly #socket: Socket
  readonly #waiting: Waiting[] = []
  #received = Buffer.alloc(0)
  #correlationId = 0

  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('data', chunk => this.#take(chunk))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      for (const { failed } of this.#waiting.splice(0)) failed(new Error('the broker closed the connection'))
    })
  }

  request<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<ResponseOf<A>> {
    const correlationId = this.#correlationId++
    const chunks = encodeRequest({ api, version, correlationId, clientId: 'contract', body })
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${api.name} v${version}: no answer within ${answerMs} ms`))
      const timer = setTimeout(late, answerMs)
      this.#waiting.push({
        answered: frame => {
          clearTimeout(timer)
          resolve(decodeResponse(api, version, frame))
        },
        failed: error => {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.#socket.write(Buffer.concat(chunks))
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      const end = 4 + this.#received.readInt32BE(0)
      this.#waiting.shift()?.answered(this.#received.subarray(4, end))
      this.#received = this.#received.subarray(end)
    }
  }
}
