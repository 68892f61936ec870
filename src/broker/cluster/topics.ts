import type { Topic } from './topic'

/** The topics by name and by id. */
export class Topics implements Iterable<Topic> {
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()

  get(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  withId(id: string): Topic | undefined {
    return this.#byId.get(id)
  }

  add(topic: Topic): void {
    this.#byName.set(topic.name, topic)
    this.#byId.set(topic.id, topic)
  }

  remove(topic: Topic): void {
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
  }

  [Symbol.iterator](): Iterator<Topic> {
    return this.#byName.values()
  }
}
