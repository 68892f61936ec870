import type { LastingTrouble } from '../kernel'

interface Trouble {
  readonly told: LastingTrouble
  readonly of: Set<unknown>
}

/** Tells a person of topics for which nothing can be sent for long: one word for all that is in trouble in a topic. */
export class TopicTroubles {
  readonly #begin: () => LastingTrouble
  readonly #topics = new Map<string, Trouble>()

  constructor(begin: () => LastingTrouble) {
    this.#begin = begin
  }

  /**
   * An attempt has failed.
   *
   * @param who of the topic
   */
  goesOn(topic: string, who: unknown, text: () => string): void {
    let trouble = this.#topics.get(topic)
    if (!trouble) this.#topics.set(topic, (trouble = { told: this.#begin(), of: new Set() }))
    trouble.of.add(who)
    trouble.told.goesOn(text)
  }

  /** It is over, well or not. */
  ended(topic: string, who: unknown): void {
    const trouble = this.#topics.get(topic)
    trouble?.of.delete(who)
    if (trouble?.of.size === 0) this.#topics.delete(topic)
  }
}
