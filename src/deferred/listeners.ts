import type { Listener } from './listener'

/** Nobody, one, or several: nearly always one, which then needs no list. */
export type Listeners<T> = Listener<T> | Listener<T>[] | undefined

export function withListener<T>(listeners: Listeners<T>, listener: Listener<T>): Listeners<T> {
  if (listeners === undefined) return listener
  if (!Array.isArray(listeners)) return [listeners, listener]
  listeners.push(listener)
  return listeners
}

export function withoutListener<T>(listeners: Listeners<T>, listener: Listener<T>): Listeners<T> {
  if (listeners === listener) return undefined
  if (!Array.isArray(listeners)) return listeners
  const index = listeners.indexOf(listener)
  if (index >= 0) listeners.splice(index, 1)
  return listeners.length === 0 ? undefined : listeners
}
