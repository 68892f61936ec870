import { defaultIfEmpty, defer, from, isObservable, Observable, race, takeLast } from 'rxjs'
import type { Bytes } from '../../kernel'
import { Deferred } from '../../deferred'
import type { OpenTransaction, Transaction } from './transaction'

/** What is done in a transaction. */
export type TransactionWork<T, Value = Bytes | null> = (
  tx: Transaction<Value>,
) => T | PromiseLike<T> | Observable<T>

/**
 * The work in a transaction of its own: committed when it is done, aborted when it throws. When the last listener
 * leaves before the commit, it is aborted too.
 */
export function runTransaction<T, Value>(
  begin: () => Promise<OpenTransaction<Value>>,
  work: TransactionWork<T, Value>,
): Deferred<T> {
  return Deferred.from<T>('transaction', async (signal, sent) => {
    const tx = await begin()
    sent()
    const value = await outcomeOf(work, tx, signal).catch(async (error: unknown) => {
      // What made the work fail is the outcome; what became of the abort the producer's events tell.
      await tx.abort().catch(ignored)
      throw error
    })
    await tx.finish()
    return value
  })
}

/** What the work comes to: the last value of an Observable, undefined if it has none; raises the signal's reason. */
function outcomeOf<T, Value>(
  work: TransactionWork<T, Value>,
  tx: Transaction<Value>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandoned$ = new Observable<never>(subscriber => {
      const tell = (): void => subscriber.error(signal.reason)
      if (signal.aborted) tell()
      signal.addEventListener('abort', tell, { once: true })
    })
    const result$ = defer(() => asObservable(work(tx))).pipe(takeLast(1), defaultIfEmpty(undefined as T))
    race(abandoned$, result$).subscribe({ next: resolve, error: reject })
  })
}

function asObservable<T>(result: T | PromiseLike<T> | Observable<T>): Observable<T> {
  return isObservable(result) ? result : from(Promise.resolve(result))
}

function ignored(): void {}
