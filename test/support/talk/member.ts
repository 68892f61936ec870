import {
  Apis,
  decodeSubscription,
  encodeSubscription,
  type RequestOf,
  type ResponseOf,
} from '../../../src/protocol'
import type { RawConnection } from '../wire'
import { errorName } from './error-name'
import { eventually } from './eventually'
import type { Talk } from './talk'

const { Heartbeat, JoinGroup, LeaveGroup, SyncGroup } = Apis

export type JoinAnswer = ResponseOf<typeof JoinGroup>
type JoinRequest = RequestOf<typeof JoinGroup>
type SyncRequest = RequestOf<typeof SyncGroup>
type Assignments = SyncRequest['assignments']

export interface MemberOptions {
  readonly group: string
  /** Of the coordinator. */
  readonly broker: number
  readonly instanceId?: string
  /** Assignors, best first; default `range`. */
  readonly protocols?: readonly string[]
  /** What it subscribes to; default nothing. */
  readonly topics?: readonly string[]
  /** Default 6000, the least that brokers allow by default. */
  readonly sessionTimeoutMs?: number
  /** Default 6000. */
  readonly rebalanceTimeoutMs?: number
  readonly versions?: { readonly join: number; readonly sync: number; readonly heartbeat: number }
}

const newest = { join: 9, sync: 5, heartbeat: 4 }

/** One member of a classic group, request by request; it remembers its id and its generation. */
export class Member {
  memberId = ''
  generationId = -1
  readonly group: string
  readonly #options: MemberOptions
  readonly #versions: typeof newest
  /** The broker holds joins and syncs back, so they have a connection to themselves. */
  readonly #held: RawConnection
  readonly #prompt: RawConnection

  constructor(talk: Talk, options: MemberOptions) {
    this.group = options.group
    this.#options = options
    this.#versions = options.versions ?? newest
    this.#held = talk.open(options.broker)
    this.#prompt = talk.open(options.broker)
  }

  /** One JoinGroup. */
  async join(changes: Partial<JoinRequest> = {}): Promise<JoinAnswer> {
    const {
      protocols = ['range'],
      topics = [],
      sessionTimeoutMs = 6000,
      rebalanceTimeoutMs = 6000,
    } = this.#options
    const answer = await this.#held.request(JoinGroup, this.#versions.join, {
      groupId: this.group,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.memberId,
      ...this.#instance,
      protocolType: 'consumer',
      protocols: protocols.map(name => ({ name, metadata: subscription(name, topics) })),
      ...changes,
    })
    if (['NONE', 'MEMBER_ID_REQUIRED'].includes(errorName(answer))) this.memberId = answer.memberId
    if (answer.errorCode === 0) this.generationId = answer.generationId
    return answer
  }

  /** Gets a member id and no more, as from v4 on a member without one does. */
  async nameItself(): Promise<void> {
    const answer = await this.join()
    if (errorName(answer) !== 'MEMBER_ID_REQUIRED') throw new Error(`joined at once: ${errorName(answer)}`)
  }

  /** Joins, and once more with the id if that is wanted. */
  async enter(changes: Partial<JoinRequest> = {}): Promise<JoinAnswer> {
    const answer = await this.join(changes)
    return errorName(answer) === 'MEMBER_ID_REQUIRED' ? this.join(changes) : answer
  }

  sync(assignments: Readonly<Record<string, string>> = {}, changes: Partial<SyncRequest> = {}) {
    const { protocols = ['range'] } = this.#options
    const version = this.#versions.sync
    return this.#held.request(SyncGroup, version, {
      groupId: this.group,
      generationId: this.generationId,
      memberId: this.memberId,
      ...this.#instance,
      ...(version >= 5 && { protocolType: 'consumer', protocolName: protocols[0]! }),
      assignments: assignmentsOf(assignments),
      ...changes,
    })
  }

  /** Name of the error that a heartbeat is answered with. */
  async heartbeat(changes: Partial<RequestOf<typeof Heartbeat>> = {}): Promise<string> {
    const answer = await this.#prompt.request(Heartbeat, this.#versions.heartbeat, {
      groupId: this.group,
      generationId: this.generationId,
      memberId: this.memberId,
      ...this.#instance,
      ...changes,
    })
    return errorName(answer)
  }

  /** Sends heartbeats until one is answered with this error. */
  async heartbeatUntil(error: string): Promise<void> {
    await eventually(
      () => this.heartbeat(),
      name => name === error,
    )
  }

  async leave(): Promise<string> {
    const { group: groupId, memberId } = this
    const { members } = await this.#prompt.request(LeaveGroup, 3, { groupId, members: [{ memberId }] })
    return errorName(members[0])
  }

  get #instance(): { readonly groupInstanceId?: string } {
    const { instanceId } = this.#options
    return instanceId === undefined ? {} : { groupInstanceId: instanceId }
  }

  /** Drops its connections, as a process that dies does. */
  vanish(): void {
    this.#held.close()
    this.#prompt.close()
  }
}

const assignmentsOf = (assignments: Readonly<Record<string, string>>): Assignments =>
  Object.entries(assignments).map(([memberId, text]) => ({ memberId, assignment: Buffer.from(text) }))

/** What a member tells by one of its assignors; its user data say which one that is. */
export function subscription(protocol: string, topics: readonly string[] = []): Buffer {
  return encodeSubscription({ topics: [...topics], userData: Buffer.from(protocol), ownedPartitions: [] })
}

/** What the leader is told of the members: `topics by assignor` of each member id. */
export function subscriptionsIn({ members }: JoinAnswer): ReadonlyMap<string, string> {
  const text = (metadata: Buffer) => {
    const { topics, userData } = decodeSubscription(metadata)
    return `${topics.join() || 'nothing'} by ${String(userData)}`
  }
  return new Map(members.map(({ memberId, metadata }) => [memberId, text(metadata)]))
}
