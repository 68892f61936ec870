import type { Batch } from '../batch'
import type { View } from '../reader'

/** Batches as they are delivered: whoever subscribes acks them. */
export const startView: View<Batch> = {
  mode: {},
  faceOf: subscriber => ({
    next: batch => subscriber.next(batch),
    error: error => subscriber.error(error),
    complete: () => subscriber.complete(),
  }),
}
