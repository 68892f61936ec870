import type { KafkaError } from '../kernel'
import type { Delivery, Listener } from '../deferred'
import type { Receipt } from './receipt'

/** Where slots stand in the order of their source. */
interface SlotRow {
  /** Nobody wants to hear of them any more. */
  readonly isOver: boolean
  landed(slot: Slot): void
}

/** One message of a `sendAll`, from when it is read until its result is told. It listens to the delivery. */
export class Slot implements Listener<Receipt> {
  readonly passThrough: unknown
  readonly #row: SlotRow
  /** The one after it. */
  behind: Slot | undefined
  delivery: Delivery<Receipt> | undefined
  receipt: Receipt | undefined
  failure: KafkaError | undefined
  /** There was no room for it: it has no result. */
  isLeftOut = false

  constructor(row: SlotRow, passThrough: unknown) {
    this.#row = row
    this.passThrough = passThrough
  }

  get isLanded(): boolean {
    return this.receipt !== undefined || this.failure !== undefined || this.isLeftOut
  }

  /** A failure that comes when nobody wants to hear of it any more counts as unheard. */
  get closed(): boolean {
    return this.#row.isOver
  }

  next(receipt: Receipt): void {
    this.receipt = receipt
    this.#row.landed(this)
  }

  error(failure: KafkaError): void {
    this.failure = failure
    this.#row.landed(this)
  }

  complete(): void {
    // The receipt has said it all.
  }
}
