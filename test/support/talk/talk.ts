import { Apis, type Api, type RequestOf, type ResponseOf } from '../../../src/protocol'
import type { ContractContext } from '../contract'
import { RawConnection } from '../wire'
import { eventually } from './eventually'

/** Whom a case talks to: connections to the brokers of its cluster, all closed when it ends. */
export class Talk {
  readonly #context: ContractContext
  readonly #shared = new Map<number, RawConnection>()
  readonly #all: RawConnection[] = []

  constructor(context: ContractContext) {
    this.#context = context
  }

  /** Node ids of all brokers of the cluster. */
  get brokers(): readonly number[] {
    return this.#context.brokers.map(({ id }) => id)
  }

  /** Asks the first broker. */
  request<A extends Api>(api: A, version: number, body: RequestOf<A>): Promise<ResponseOf<A>> {
    return this.broker(this.#context.brokers[0]!.id).request(api, version, body)
  }

  /** The connection to this broker that all questions of the case share; a new one once the last is closed. */
  broker(id: number): RawConnection {
    const last = this.#shared.get(id)
    const shared = last === undefined || last.isClosed ? this.open(id) : last
    this.#shared.set(id, shared)
    return shared
  }

  /** A connection of its own, for a request that the broker may hold back. */
  open(id: number): RawConnection {
    const address = this.#context.brokers.find(broker => broker.id === id)
    if (!address) throw new RangeError(`there is no broker ${id}`)
    const connection = new RawConnection(address)
    this.#all.push(connection)
    return connection
  }

  /** Node id of the broker that keeps this group, as soon as it does: it may have been chosen a moment ago. */
  async coordinatorOf(group: string): Promise<number> {
    const find = () => this.request(Apis.FindCoordinator, 0, { key: group })
    const { nodeId } = await eventually(find, ({ errorCode }) => errorCode === 0)
    const describe = () => this.broker(nodeId).request(Apis.DescribeGroups, 0, { groups: [group] })
    await eventually(describe, ({ groups }) => groups[0]?.errorCode === 0)
    return nodeId
  }

  close(): void {
    for (const connection of this.#all) connection.close()
  }
}

/** What a case does when it talks in requests. */
export type TalkCase<C extends ContractContext> = (talk: Talk, context: C) => Promise<void>

/** The body of a case that talks in requests. */
export function talking<C extends ContractContext>(work: TalkCase<C>): (context: C) => Promise<void> {
  return async context => {
    const talk = new Talk(context)
    try {
      await work(talk, context)
    } finally {
      talk.close()
    }
  }
}
