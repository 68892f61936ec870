import type { Clock, Timer } from '../../../src/kernel'
import type { GroupCoordinator } from '../../../src/broker/groups'
import type { JoinAnswer } from '../../../src/broker/groups/group-event'
import { consumerOf, groupId } from './group-rig'

const heartbeatMs = 3000

/** A client that follows the protocol as clients do: it joins, asks for its assignment, and sends heartbeats. */
export class SimulatedMember {
  readonly #coordinator: GroupCoordinator
  readonly #clock: Clock
  readonly instanceId: string | null
  memberId = ''
  /** Generation and assignment, as far as it knows; undefined while it has none. */
  assigned: string | undefined
  isRunning = true
  #generationId = -1
  #timer: Timer | undefined

  constructor(coordinator: GroupCoordinator, clock: Clock, instanceId: string | null) {
    this.#coordinator = coordinator
    this.#clock = clock
    this.instanceId = instanceId
    void this.#join()
  }

  /** Gone without a word. */
  crash(): void {
    this.isRunning = false
    this.#timer?.cancel()
  }

  leave(): void {
    this.crash()
    const { memberId, instanceId } = this
    void this.#coordinator.leave({ groupId, members: [{ memberId, instanceId }] })
  }

  async #join(): Promise<void> {
    this.assigned = undefined
    const { memberId, instanceId } = this
    const answer = await this.#coordinator.join({
      ...{ groupId, memberId, instanceId, clientId: 'app', clientHost: '/h', protocolType: 'consumer' },
      ...{ sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 15_000 },
      ...{ protocols: consumerOf(['orders']), requiresMemberId: true, canSkipAssignment: true },
    })
    if (!this.isRunning) return
    if (answer.error === 'MEMBER_ID_REQUIRED') this.memberId = answer.memberId
    if (answer.error === 'NONE') return this.#sync(answer)
    this.#refused(answer.error)
  }

  async #sync(joined: JoinAnswer): Promise<void> {
    this.memberId = joined.memberId
    this.#generationId = joined.generationId
    const parts = joined.skipAssignment ? [] : joined.members
    const assignments = new Map(
      parts.map(({ memberId }) => [memberId, Buffer.from(`${joined.generationId}`)]),
    )
    const answer = await this.#coordinator.sync({
      ...this.#who,
      ...{ protocolType: joined.protocolType, protocolName: joined.protocolName, assignments },
    })
    if (!this.isRunning) return
    if (answer.error !== 'NONE') return this.#refused(answer.error)
    this.assigned = answer.assignment.toString()
    this.#later(() => this.#heartbeat())
  }

  async #heartbeat(): Promise<void> {
    const error = await this.#coordinator.heartbeat(this.#who)
    if (!this.isRunning) return
    if (error === 'NONE') this.#later(() => this.#heartbeat())
    else this.#refused(error)
  }

  #refused(error: string): void {
    if (error === 'UNKNOWN_MEMBER_ID') this.memberId = ''
    // Somebody else goes by its name.
    if (error === 'FENCED_INSTANCE_ID') this.crash()
    else void this.#join()
  }

  get #who() {
    const { memberId, instanceId } = this
    return { groupId, memberId, instanceId, generationId: this.#generationId }
  }

  #later(task: () => Promise<void>): void {
    this.#timer = this.#clock.after(heartbeatMs, () => void task())
  }
}
