import type { TopicPartition } from '../kernel'
import type { Assignor } from './assignor'
import { inOrder } from './in-order'

/**
 * Of each topic every member gets a row of neighbours, the first members one more where it does not come out even. Who
 * subscribes to several topics with as many partitions gets the same numbers of each, so that they can be joined. As
 * Java's, but for racks (KIP-881), which do not count.
 */
export const rangeAssignor: Assignor = {
  name: 'range',
  assign(members, partitions) {
    const assigned = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]))
    const sorted = inOrder(members)
    for (const [topic, count] of partitions) {
      const readers = sorted.filter(({ topics }) => topics.includes(topic))
      const [share, odd] = [Math.floor(count / readers.length), count % readers.length]
      readers.forEach(({ memberId }, place) => {
        const first = share * place + Math.min(place, odd)
        const end = first + share + (place < odd ? 1 : 0)
        for (let partition = first; partition < end; partition++)
          assigned.get(memberId)!.push({ topic, partition })
      })
    }
    return assigned
  },
}
