import type { Partitioner } from './partitioner'

/** Each call to the next partition in turn, whatever its key. Starts with the first one; each topic has its own turn. */
export function roundRobin(): Partitioner {
  return {
    takesText: true,
    forTopic: () => {
      let turn = 0
      return (_, partitions) => partitions[turn++ % partitions.length]!
    },
  }
}
