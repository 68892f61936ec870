import type { Batch } from '../batch'
import type { View } from '../reader'

/** Batches as they are delivered: whoever subscribes acks them. */
export function startView<K, V>(): View<Batch<K, V>> {
  return {
    mode: {},
    faceOf: subscriber => ({
      next(batch: Batch<K, V>) {
        subscriber.next(batch)
      },
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    }),
  }
}
