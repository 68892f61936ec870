import { systemRandom, type Random } from '../kernel'
import type { Partitioner } from './partitioner'

/**
 * Each call to any partition, whatever its key.
 *
 * @param dice default: those of the client
 */
export function random(dice?: Random): Partitioner {
  return {
    takesText: true,
    forTopic: (_topic, view) => {
      const throwDice = dice ?? view?.random ?? systemRandom
      return (_key, partitions) => anyOf(partitions, throwDice)
    },
  }
}

/** One of them, each as likely as the others. */
export function anyOf(partitions: readonly number[], dice: Random): number {
  return partitions[Math.floor(dice() * partitions.length)]!
}
