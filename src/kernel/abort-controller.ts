import { setMaxListeners } from 'node:events'

/**
 * An AbortController with as many listeners as there are requests under way. Node takes more than ten for a leak and
 * warns the user's process of it; a cluster of eleven brokers is none.
 */
export function abortController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
