import { available } from './available'
import type { Partitioner } from './partitioner'

/**
 * Each call to the next partition in turn that somebody leads, whatever its key. Starts with the first one; each topic
 * has its own turn.
 */
export function roundRobin(): Partitioner {
  return {
    takesText: true,
    forTopic: (_topic, view) => {
      let turn = 0
      return (_key, partitions) => {
        const next = (): number => turn++ % partitions.length
        return available(partitions, next(), view, next)
      }
    },
  }
}
