import { systemRandom, type Random } from '../kernel'
import { available } from './available'
import type { Partitioner } from './partitioner'

/**
 * Each call to any partition that somebody leads, whatever its key.
 *
 * @param dice default: those of the client
 */
export function random(dice?: Random): Partitioner {
  return {
    takesText: true,
    forTopic: (_topic, view) => {
      const throwDice = dice ?? view?.random ?? systemRandom
      return (_key, partitions) => {
        const any = (): number => Math.floor(throwDice() * partitions.length)
        return available(partitions, any(), view, any)
      }
    },
  }
}

/** One of them, each as likely as the others. */
export function anyOf(partitions: readonly number[], dice: Random): number {
  return partitions[Math.floor(dice() * partitions.length)]!
}
