import type { TopicPartition } from '../kernel'
import type { Assignor } from './assignor'
import { inOrder } from './in-order'

/**
 * All partitions of all topics in turn, each to the next member that subscribes to its topic. Even over all topics
 * together where all members subscribe to the same ones. As Java's.
 */
export const roundRobinAssignor: Assignor = {
  name: 'roundrobin',
  assign(members, partitions) {
    const assigned = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]))
    const sorted = inOrder(members)
    let turn = 0
    for (const topic of [...partitions.keys()].sort()) {
      if (!sorted.some(({ topics }) => topics.includes(topic))) continue
      for (let partition = 0; partition < partitions.get(topic)!; partition++) {
        while (!sorted[turn % sorted.length]!.topics.includes(topic)) turn++
        assigned.get(sorted[turn++ % sorted.length]!.memberId)!.push({ topic, partition })
      }
    }
    return assigned
  },
}
