import { asKafkaError, BrokerError } from '../kernel'
import { retrying, runCall, type Broker, type Call, type ClientCore, type Purpose } from '../client'
import {
  brokerError,
  encodeSubscription,
  errorCode,
  Heartbeat,
  JoinGroup,
  LeaveGroup,
  SyncGroup,
  type Api,
  type JoinGroupResponse,
  type RequestOf,
  type ResponseOf,
  type SyncGroupRequest,
} from '../protocol'
import type { MembershipSettings } from './options'

interface RequestsContext {
  readonly client: ClientCore
  readonly groupId: string
  readonly topics: readonly string[]
  readonly settings: MembershipSettings
}

interface Question<A extends Api> {
  readonly api: A
  readonly body: RequestOf<A> | ((version: number) => RequestOf<A>)
  readonly purpose: Purpose
  readonly heldMs?: number
  readonly timeoutMs: number
  readonly abandoned?: AbortSignal
}

/** As a member of this generation. */
interface Member {
  readonly memberId: string
  readonly generationId: number
}

export type JoinAnswer = JoinGroupResponse
export type Assignments = SyncGroupRequest['assignments']

const protocolType = 'consumer'
/** Says that a member is welcome, and under which id. */
export const memberIdRequired = errorCode('MEMBER_ID_REQUIRED')
/** How long saying goodbye may take, in ms. */
const leaveMs = 5000

/** The questions of one member to its coordinator, each asked once but for the last. Raise what the coordinator refuses. */
export class ClassicRequests {
  readonly #context: RequestsContext
  readonly #brokers = new Set<Broker>()
  /** What the broker holds back is not shared: another member in this client may be what it waits for. */
  readonly #own: string

  constructor(context: RequestsContext) {
    const { client, groupId } = context
    this.#context = context
    this.#own = `${groupId}-${Math.floor(client.settings.random() * 2 ** 32).toString(16)}`
  }

  /** Held until all members have come. */
  async join(memberId: string, abandoned: AbortSignal): Promise<JoinAnswer> {
    const { groupId, topics, settings } = this.#context
    const { sessionTimeoutMs, rebalanceTimeoutMs, assignors, groupInstanceId = null } = settings
    const metadata = encodeSubscription({ topics: [...topics], ownedPartitions: [] })
    return this.#ask({
      api: JoinGroup,
      purpose: `join:${this.#own}`,
      ...this.#held(abandoned),
      body: {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId,
        groupInstanceId,
        protocolType,
        protocols: assignors.map(({ name }) => ({ name, metadata })),
      },
    })
  }

  /** Held until the leader has spoken. Answers what is assigned, as the leader encoded it. */
  async sync(
    member: Member & { readonly protocolName: string },
    assignments: Assignments,
    abandoned: AbortSignal,
  ): Promise<Buffer> {
    const { assignment } = await this.#ask<typeof SyncGroup>({
      api: SyncGroup,
      purpose: `join:${this.#own}`,
      ...this.#held(abandoned),
      body: { ...this.#as(member), protocolType, protocolName: member.protocolName, assignments },
    })
    return assignment
  }

  async heartbeat(member: Member, abandoned: AbortSignal): Promise<void> {
    const { sessionTimeoutMs } = this.#context.settings
    await this.#ask<typeof Heartbeat>({
      api: Heartbeat,
      purpose: `heartbeat:${this.#own}`,
      // Lost answers must leave time to ask again.
      timeoutMs: Math.ceil(sessionTimeoutMs / 3),
      abandoned,
      body: this.#as(member),
    })
  }

  /** Static members stay, for as long as their session lasts: that is what they are for. */
  async leave(memberId: string): Promise<void> {
    const { client, groupId, settings } = this.#context
    if (settings.groupInstanceId !== undefined) return
    await this.#ask<typeof LeaveGroup>(
      {
        api: LeaveGroup,
        purpose: `group:${groupId}`,
        timeoutMs: Math.min(leaveMs, client.settings.timeoutMs),
        body: version => (version < 3 ? { groupId, memberId } : { groupId, members: [{ memberId }] }),
      },
      (call, ask) => retrying(call, { ...client.settings, apply: noRemedy }, ask),
    )
  }

  /** Ends the connections that only this member has. */
  close(): void {
    for (const broker of this.#brokers) {
      broker.release(`join:${this.#own}`)
      broker.release(`heartbeat:${this.#own}`)
    }
  }

  #as({ memberId, generationId }: Member) {
    const { groupId, settings } = this.#context
    return { groupId, generationId, memberId, groupInstanceId: settings.groupInstanceId ?? null }
  }

  #held(abandoned: AbortSignal) {
    const { client, settings } = this.#context
    const heldMs = settings.rebalanceTimeoutMs
    return { heldMs, timeoutMs: heldMs + client.settings.timeoutMs, abandoned }
  }

  #ask<A extends Api>(
    question: Question<A>,
    course: (call: Call, ask: () => Promise<ResponseOf<A>>) => Promise<ResponseOf<A>> = (_, ask) => ask(),
  ): Promise<ResponseOf<A>> {
    const { api, timeoutMs, abandoned } = question
    const { client, groupId } = this.#context
    const what = `${api.name} of group ${groupId}`
    const plan = { clock: client.settings.clock, what, timeoutMs, ...(abandoned && { abandoned }) }
    return runCall(plan, call => course(call, () => this.#once(question, call)))
  }

  async #once<A extends Api>(
    { api, body, purpose, heldMs = 0, abandoned }: Question<A>,
    call: Call,
  ): Promise<ResponseOf<A>> {
    const { client, groupId } = this.#context
    const target = { to: 'coordinator', type: 'group', key: groupId } as const
    let broker: Broker | undefined
    try {
      broker = await client.router.resolve(target, call)
      this.#brokers.add(broker)
      const { response, version } = await broker.request({ api, body, purpose, heldMs }, call)
      const { errorCode: code } = response as unknown as { readonly errorCode: number }
      if (code === 0 || code === memberIdRequired) return response!
      throw brokerError(code, `${api.name} v${version} -> ${broker.name}, group ${groupId}`)
    } catch (thrown) {
      const error = asKafkaError(thrown, call.what)
      if (abandoned?.aborted) throw error
      // A connection without an answer would hold up what is asked next.
      if (!(error instanceof BrokerError) && purpose.endsWith(this.#own)) broker?.release(purpose)
      if (error.retriable) void client.router.apply(error, target).catch(ignored)
      throw error
    }
  }
}

function noRemedy(): Promise<void> {
  // Has been applied when the error came.
  return Promise.resolve()
}

function ignored(): void {
  // The next attempt meets the same trouble and reports it.
}
