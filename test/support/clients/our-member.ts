import type { KafkaClient } from '../../../src'
import { roundRobinAssignor } from '../../../src/assignors'
import { coreOf } from '../../../src/client'
import { Membership, settleMembership } from '../../../src/group'

/** What kafkajs calls the same, and it knows no other. */
const roundRobinOfKafkajs = { ...roundRobinAssignor, name: 'RoundRobinAssigner' }

/** A member of ours in a group with others. */
export class OurMember {
  /** How many partitions it has. */
  count = 0
  failure: Error | undefined
  readonly #membership: Membership

  constructor(client: KafkaClient, groupId: string, topic: string) {
    this.#membership = new Membership({
      client: coreOf(client),
      groupId,
      topics: [topic],
      settings: settleMembership({
        assignors: ['range', 'roundrobin', roundRobinOfKafkajs],
        heartbeatIntervalMs: 500,
      }),
      emit: () => undefined,
      onAssigned: ({ length }) => void (this.count = length),
      onRevoked: () => Promise.resolve(void (this.count = 0)),
      onLost: () => void (this.count = 0),
      onFailed: error => void (this.failure = error),
    })
    this.#membership.start()
  }

  leave(): Promise<void> {
    return this.#membership.leave()
  }
}
