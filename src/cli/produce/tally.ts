import type { Acks, Delivery, KafkaError } from 'rx-kafka'

/** Counts messages and what became of them. */
export class Tally {
  #total = 0
  #ended = 0
  #failed = 0
  #first: KafkaError | undefined
  #whenRoom: (() => void) | undefined

  get failed(): number {
    return this.#failed
  }

  count(delivery: Pick<Delivery<unknown>, 'subscribe'>): void {
    this.#total++
    delivery.subscribe(this.#listener)
  }

  /** A message that was not even handed over. */
  refuse(error: KafkaError): void {
    this.#total++
    this.#fail(error)
  }

  /** Ends when fewer than half of `most` are under way, if more than `most` are now. */
  async room(most: number): Promise<void> {
    if (this.#total - this.#ended <= most) return
    await new Promise<void>(resolve => {
      this.#whenRoom = () => {
        if ((this.#total - this.#ended) * 2 < most) resolve()
      }
    })
    this.#whenRoom = undefined
  }

  summary(topic: string, seconds: number, acks: Acks): string {
    // Nobody said that they were written.
    const fate = acks === 'none' ? 'sent' : 'written'
    return `${messages(this.#total)} ${fate} to ${topic} in ${seconds.toFixed(1)} s`
  }

  failure(topic: string): string {
    const written = this.#ended - this.#failed
    const fate = `${written} ${written === 1 ? 'was' : 'were'} written`
    return `${this.#failed} of ${messages(this.#total)} to ${topic} failed, ${fate}; first: ${this.#first!.message}`
  }

  /** One for all messages. */
  readonly #listener = {
    error: (error: KafkaError) => this.#fail(error),
    complete: () => this.#end(),
  }

  #end(): void {
    this.#ended++
    this.#whenRoom?.()
  }

  #fail(error: KafkaError): void {
    this.#failed++
    this.#first ??= error
    this.#end()
  }
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}
