import type { Socket } from 'node:net'
import { FrameSplitter } from '../../../src/network'
import type { ProxyFault } from './broker-proxy'

interface ProxiedOptions {
  readonly fault: (apiKey: number) => ProxyFault | undefined
  readonly ended: () => void
}

const maxFrameBytes = 128 * 1024 * 1024
const lengthBytes = 4

/** One client's connection and the one to the broker behind it. */
export class ProxiedConnection {
  readonly #outside: Socket
  readonly #inside: Socket
  readonly #options: ProxiedOptions
  /** What becomes of the answers to come, in their order. */
  readonly #answers: (ProxyFault | undefined)[] = []
  #held: Promise<void> | undefined
  #isMute = false
  #isOver = false

  constructor(outside: Socket, inside: Socket, options: ProxiedOptions) {
    this.#outside = outside
    this.#inside = inside
    this.#options = options
    const requests = new FrameSplitter(frame => this.#request(frame), { where: 'proxy', maxFrameBytes })
    const answers = new FrameSplitter(frame => this.#answer(frame), { where: 'proxy', maxFrameBytes })
    outside.on('data', bytes => requests.push(bytes))
    inside.on('data', bytes => answers.push(bytes))
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      one.on('error', () => this.close())
      one.on('close', () => this.close())
      // What cannot leave holds up the other side.
      one.on('drain', () => other.resume())
    }
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#outside.destroy()
    // What the broker was sent is to arrive.
    this.#inside.destroySoon()
    this.#options.ended()
  }

  #request(frame: Buffer): void {
    if (this.#isOver) return
    const fault = this.#options.fault(frame.readInt16BE(0))
    this.#answers.push(fault)
    if (fault?.kind === 'cut within') {
      this.#inside.write(framed(frame).subarray(0, lengthBytes + (frame.length >> 1)))
      return this.close()
    }
    if (!this.#inside.write(framed(frame))) this.#outside.pause()
    if (fault?.kind === 'cut after') this.close()
  }

  #answer(frame: Buffer): void {
    const fault = this.#answers.shift()
    if (fault?.kind === 'swallow') this.#isMute = true
    if (fault?.kind === 'delay') this.#hold(fault.ms)
    const bytes = framed(frame)
    const isCut = fault?.kind === 'cut answer'
    if (this.#held) void this.#held.then(() => this.#reply(bytes, isCut))
    else this.#reply(bytes, isCut)
  }

  #hold(ms: number): void {
    this.#held = Promise.all([this.#held, new Promise(resolve => setTimeout(resolve, ms))]).then(
      () => undefined,
    )
  }

  #reply(bytes: Buffer, isCut: boolean): void {
    if (this.#isMute || this.#isOver) return
    if (!isCut) {
      if (!this.#outside.write(bytes)) this.#inside.pause()
      return
    }
    this.#isMute = true
    this.#outside.write(bytes.subarray(0, bytes.length >> 1), () => this.close())
  }
}

/** A copy, since a frame is valid only while it is handed over. */
function framed(frame: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes + frame.length)
  bytes.writeInt32BE(frame.length)
  frame.copy(bytes, lengthBytes)
  return bytes
}
