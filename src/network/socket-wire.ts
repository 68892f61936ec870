import type { Socket } from 'node:net'
import { formatAddress } from './address'
import { gather } from './gather'
import type { AcceptedWire, WireHandlers } from './wire'

/** A wire over a socket of Node's, TCP or TLS, at either side. Whoever makes it feeds `data` and `open`. */
export class SocketWire implements AcceptedWire {
  readonly remote: string
  readonly #socket: Socket
  #handlers: WireHandlers | undefined

  constructor(socket: Socket, remote: { address: string; port: number }, handlers?: WireHandlers) {
    this.#socket = socket
    this.#handlers = handlers
    this.remote = formatAddress({ host: remote.address, port: remote.port })
    socket.on('error', error => this.#ended(error))
    socket.on('end', () => this.#heardAll())
    socket.on('close', () => this.#ended())
  }

  /** For a server, which knows the wire before it knows who handles it. */
  handleWith(handlers: WireHandlers): void {
    this.#handlers = handlers
  }

  opened(): void {
    this.#handlers?.open()
  }

  received(bytes: Buffer): void {
    this.#handlers?.data(bytes)
  }

  write(chunks: readonly Buffer[], flushed?: () => void): void {
    const socket = this.#socket
    if (socket.destroyed) return
    const pieces = gather(chunks)
    const last = pieces.length - 1
    if (last > 0) socket.cork()
    for (let i = 0; i < last; i++) socket.write(pieces[i]!)
    socket.write(pieces[last]!, error => {
      if (!error) flushed?.()
    })
    if (last > 0) socket.uncork()
  }

  pauseReading(): void {
    this.#socket.pause()
  }

  resumeReading(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#handlers = undefined
    this.#socket.destroy()
  }

  /** Where nobody has a last word to say, there is no use in staying half open. */
  #heardAll(): void {
    if (this.#handlers?.ended) this.#handlers.ended()
    else this.#ended()
  }

  #ended(error?: Error): void {
    const handlers = this.#handlers
    this.close()
    handlers?.close(error)
  }
}
