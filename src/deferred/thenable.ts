/** What may become an outcome: a promise among the values turns into `never`. */
export type Outcome<T> = T extends PromiseLike<unknown> ? never : T

/**
 * Such an outcome would mean two things, one to `subscribe` and another to `await`, and one that leads back to itself would
 * be unwrapped for ever.
 */
export function thenableRefused(): TypeError {
  return new TypeError('an outcome may not be a promise or have a then method: settle with the value itself')
}
