import { leaderOf, type Broker, type ClientCore } from '../client'
import type { PartitionLine } from './partition-line'
import type { Unanswered } from './unanswered'

/** What it says holds for so long, in ms: looking takes a while, and who meets a full buffer meets it often. */
const maxAgeMs = 100

interface Share {
  bytes: number
  /** Whom they wait for; undefined when nobody leads. */
  readonly broker: Broker | undefined
  readonly line: PartitionLine
}

/** Says for whom the greatest part of the buffer is, and since when that broker has been silent. */
export class BufferHolder {
  readonly #client: ClientCore
  readonly #lines: Iterable<PartitionLine>
  readonly #unanswered: Unanswered
  #text = ''
  #since = -Infinity

  constructor(client: ClientCore, lines: Iterable<PartitionLine>, unanswered: Unanswered) {
    this.#client = client
    this.#lines = lines
    this.#unanswered = unanswered
  }

  /** A text for an error, of so many bytes that are held; empty if nobody has a good part of them. */
  describe(held: number): string {
    const now = this.#client.settings.clock.monotonic()
    if (now - this.#since < maxAgeMs) return this.#text
    this.#since = now
    let most: Share | undefined
    for (const share of this.#shares()) if (share.bytes > (most?.bytes ?? 0)) most = share
    // Else most of them wait for their topic or a serializer.
    const isMuch = most !== undefined && most.bytes * 4 >= held
    return (this.#text = isMuch ? this.#textOf(most!) : '')
  }

  #shares(): Iterable<Share> {
    const shares = new Map<unknown, Share>()
    for (const line of this.#lines) {
      const broker = this.#leader(line)
      const share = shares.get(broker ?? line)
      if (share) share.bytes += line.heldBytes
      else shares.set(broker ?? line, { bytes: line.heldBytes, broker, line })
    }
    return shares.values()
  }

  #leader({ at }: PartitionLine): Broker | undefined {
    const { router, cluster } = this.#client
    try {
      return leaderOf(router, cluster, at, 'Produce')
    } catch {
      return undefined
    }
  }

  #textOf({ bytes, broker, line }: Share): string {
    const { topic, partition } = line.at
    const most = `${bytes} bytes of it are for`
    if (broker === undefined) return `${most} ${topic}/${partition}, which has no leader`
    if (!broker.isReady('main')) return `${most} ${broker.name}, which is not connected`
    const silentMs = this.#unanswered.silentMs(broker)
    return `${most} ${broker.name}${silentMs === undefined ? '' : `, which has not answered for ${silentMs} ms`}`
  }
}
