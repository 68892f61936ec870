import { connect } from 'node:net'

/**
 * Just enough of the Kafka protocol, written by hand, to ask a broker whether it is ready and to make topics. It
 * shares nothing with `src`: what is tested must not be what the tests stand on.
 */
export interface Address {
  readonly host: string
  readonly port: number
}

export interface Question {
  readonly apiKey: number
  readonly apiVersion: number
  readonly body: Buffer
}

/** Sends one request on a connection of its own and returns a reader at the body of the response. */
export function ask(address: Address, question: Question, timeoutMs = 5_000): Promise<WireReader> {
  const { host, port } = address
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const received: Buffer[] = []
    const fail = (what: string) => {
      socket.destroy()
      reject(new Error(`API ${question.apiKey} v${question.apiVersion} to ${host}:${port}: ${what}`))
    }
    socket.once('connect', () => socket.write(frame(question)))
    socket.on('data', chunk => {
      received.push(chunk)
      const bytes = Buffer.concat(received)
      if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) return
      socket.destroy()
      resolve(new WireReader(bytes, 8))
    })
    socket.once('timeout', () => fail(`no answer within ${timeoutMs} ms`))
    socket.once('error', error => fail(error.message))
    socket.once('end', () => fail('the broker closed the connection'))
  })
}

function frame({ apiKey, apiVersion, body }: Question): Buffer {
  const payload = Buffer.concat([int16(apiKey), int16(apiVersion), int32(1), string('harness'), body])
  return Buffer.concat([int32(payload.length), payload])
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function string(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}

export function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}

/** Reads a response from front to back; reading beyond its end throws. */
export class WireReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  int8(): number {
    this.#at += 1
    return this.#bytes.readInt8(this.#at - 1)
  }

  int16(): number {
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  string(): string {
    const length = Math.max(0, this.int16())
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  array<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, item)
  }
}
