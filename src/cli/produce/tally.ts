import type { Delivery, KafkaError } from 'rx-kafka'

/** Counts messages and what became of them. */
export class Tally {
  #total = 0
  #failed = 0
  #first: KafkaError | undefined

  get failed(): number {
    return this.#failed
  }

  count(delivery: Pick<Delivery<unknown>, 'subscribe'>): void {
    this.#total++
    delivery.subscribe({ error: (error: KafkaError) => this.#fail(error) })
  }

  /** A message that was not even handed over. */
  refuse(error: KafkaError): void {
    this.#total++
    this.#fail(error)
  }

  summary(topic: string, seconds: number): string {
    return `${messages(this.#total)} to ${topic} in ${seconds.toFixed(1)} s`
  }

  failure(topic: string): string {
    return `${this.#failed} of ${messages(this.#total)} to ${topic} failed; first: ${this.#first!.message}`
  }

  #fail(error: KafkaError): void {
    this.#failed++
    this.#first ??= error
  }
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}
