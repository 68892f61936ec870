import { debugLog } from '../kernel'
import type { ConsumerEvent } from './event'

/** Tells a person what happens: `DEBUG=rx-kafka:consumer`. */
export function report(): (event: ConsumerEvent) => void {
  const debug = debugLog('consumer')
  return event => {
    if (debug.enabled) debug(lineOf(event))
  }
}

function lineOf({ type, ...facts }: ConsumerEvent): string {
  const told = Object.entries(facts).map(([name, value]) => `${name} ${textOf(value)}`)
  return `${type}: ${told.join(', ')}`
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner)) ?? '-'
}
