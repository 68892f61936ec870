import { ProtocolError } from '../kernel'
import { runCall, type ClientCore } from '../client'
import { divide } from './assignments'
import type { Assignments } from './classic-requests'
import type { Generation } from './generation'
import type { MembershipSettings } from './options'
import { partitionCounts, PartitionWatch } from './partition-watch'

interface LeadershipContext {
  readonly client: ClientCore
  readonly settings: MembershipSettings
}

/** What one member does for all: divides the partitions of a generation, and sees when there are others. */
export class Leadership {
  readonly #context: LeadershipContext
  #counts: ReadonlyMap<string, number> = new Map()
  #watch: PartitionWatch | undefined

  constructor(context: LeadershipContext) {
    this.#context = context
  }

  /** Nothing for who does not lead. Raises what stands in the way of metadata, or what is wrong with the assignor. */
  async divide(
    { members, protocolName, isDivided }: Generation,
    abandoned: AbortSignal,
  ): Promise<Assignments> {
    if (members === undefined) return []
    const { client, settings } = this.#context
    const topics = topicsOf(members)
    const plan = {
      clock: client.settings.clock,
      what: `metadata of ${topics.join(', ')}`,
      timeoutMs: settings.rebalanceTimeoutMs,
      abandoned,
    }
    const { metadata } = client.router
    const cluster = await runCall(plan, call => metadata.within(call, metadata.refresh(topics)))
    this.#counts = partitionCounts(cluster, topics)
    const assignor = settings.assignors.find(({ name }) => name === protocolName)
    if (assignor === undefined)
      throw new ProtocolError(
        'JoinGroup response',
        'protocolName',
        0,
        `${protocolName} is no assignor of ours`,
      )
    return isDivided ? [] : divide(assignor, members, this.#counts)
  }

  /** To be called when this generation has its partitions. */
  watch({ members }: Generation, changed: () => void): void {
    if (members === undefined) return
    this.#watch = new PartitionWatch({
      client: this.#context.client,
      topics: topicsOf(members),
      counts: this.#counts,
      changed,
    })
  }

  /** The generation is over. */
  stop(): void {
    this.#watch?.stop()
    this.#watch = undefined
  }
}

function topicsOf(members: NonNullable<Generation['members']>): readonly string[] {
  return [...new Set(members.flatMap(({ topics }) => topics))]
}
