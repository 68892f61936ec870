import type { Subscriber } from 'rxjs'
import type { Batch } from '../batch'
import type { Face } from '../reader'

/** Batches as they are delivered: whoever subscribes acks them. */
export function startFace(subscriber: Subscriber<Batch>): Face {
  return {
    next: batch => subscriber.next(batch),
    error: error => subscriber.error(error),
    complete: () => subscriber.complete(),
  }
}
