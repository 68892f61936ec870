import type { Random } from '../../../src/kernel'

/** Draws by chance, the same for the same seed. */
export class Dice {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  isSo(probability: number): boolean {
    return this.#random() < probability
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }
}

/** So many of one kind, which are drawn so much more often. */
export function times<T>(count: number, one: T): readonly T[] {
  return Array.from({ length: count }, () => one)
}
