import type { EmbeddedKafka, MemoryNetwork, SetFault } from '../../../src/broker'
import { ArgumentError, type Clock } from '../../../src/kernel'
import { Apis } from '../../../src/protocol'
import { faultOf, outageOf } from '../chaos'
import type { ReadingEvent } from './schedule'

type EventOf<T extends ReadingEvent['type']> = Extract<ReadingEvent, { type: T }>

const wholePieces = 65_536

interface Scene {
  readonly clock: Clock
  readonly network: MemoryNetwork
  readonly kafka: EmbeddedKafka
  readonly topic: string
  readonly group: string
}

/** What goes wrong between a reader and its brokers. */
export class Weather {
  readonly #scene: Scene
  readonly #faults: { readonly api: string; readonly kind: string; readonly set: SetFault }[] = []
  /** What was begun and has to end before all is well again. */
  readonly #begun: Promise<unknown>[] = []

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** False for what is none of its business. */
  happen(event: ReadingEvent): boolean {
    const { kafka, network } = this.#scene
    switch (event.type) {
      case 'fault':
        this.#fault(event)
        return true
      case 'outage':
        this.#outage(event)
        return true
      case 'move':
        this.#move(event)
        return true
      case 'move coordinator':
        this.#moveCoordinator()
        return true
      case 'cut':
        kafka.broker(event.broker).cutConnections()
        return true
      case 'pace':
        this.#pace(event)
        return true
      case 'split':
        network.split(event.bytes)
        return true
      default:
        return false
    }
  }

  /** Nothing more goes wrong. Resolves when what was begun has ended. */
  async clear(): Promise<void> {
    for (const { set } of this.#faults) set.remove()
    this.#scene.network.split(wholePieces)
    await Promise.all(this.#begun)
  }

  /** How often faults struck, by API and by kind. */
  get struck(): ReadonlyMap<string, number> {
    const struck = new Map<string, number>()
    for (const { api, kind, set } of this.#faults)
      for (const name of [api, kind]) struck.set(name, (struck.get(name) ?? 0) + set.hits)
    return struck
  }

  #fault({ api, fault, times, broker }: EventOf<'fault'>): void {
    const { kafka, topic } = this.#scene
    const set = kafka.faults.on(Apis[api], faultOf(fault, topic), { times, broker })
    this.#faults.push({ api, kind: 'error' in fault ? fault.error : fault.kind, set })
  }

  #outage({ how, broker, ms }: EventOf<'outage'>): void {
    const { kafka, network } = this.#scene
    const { begin, end } = outageOf(how, kafka.broker(broker), network)
    this.#during(ms, begin, end)
  }

  #pace({ broker: id, bytesPerSecond, ms }: EventOf<'pace'>): void {
    const broker = this.#scene.kafka.broker(id)
    const pace = { readBytesPerSecond: bytesPerSecond, writeBytesPerSecond: bytesPerSecond }
    this.#during(
      ms,
      () => broker.setPace(pace),
      () => broker.setPace(),
    )
  }

  #move({ partition }: EventOf<'move'>): void {
    const { kafka, topic } = this.#scene
    const handle = kafka.partition(topic, partition)
    const alive = handle.isr.filter(id => id !== handle.leader && kafka.broker(id).isUp)
    if (handle.leader >= 0 && alive.length > 0) handle.moveLeader(alive[0])
  }

  #moveCoordinator(): void {
    const { kafka, group } = this.#scene
    try {
      kafka.moveCoordinator(group)
    } catch (error) {
      // Nobody else is there.
      if (!(error instanceof ArgumentError)) throw error
    }
  }

  #during(ms: number, begin: () => unknown, end: () => unknown): void {
    const work = async (): Promise<void> => {
      await begin()
      await new Promise<void>(resolve => void this.#scene.clock.after(ms, resolve))
      await end()
    }
    const going = work()
    // It is told by `clear`.
    going.catch(() => undefined)
    this.#begun.push(going)
  }
}
