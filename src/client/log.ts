import { debugLog, LastingTrouble } from '../kernel'
import type { ClientEvent } from './event'
import type { ClientSettings, Logger } from './options'

type Level = Parameters<Logger>[0]

/** How each event reads as a log line; undefined: not worth one. */
const lines: {
  readonly [K in ClientEvent['type']]: (event: Extract<ClientEvent, { type: K }>) => [Level, string]
} = {
  connected: ({ broker, purpose }) => ['debug', `${broker}: connected for ${purpose}`],
  disconnected: ({ broker, purpose, reason }) => [
    'debug',
    `${broker}: connection for ${purpose} ended: ${reason}`,
  ],
  'connect-failed': ({ broker, purpose, error }) => [
    'warn',
    `${broker}: no connection for ${purpose}: ${error.message}`,
  ],
  metadata: ({ cluster }) => [
    'debug',
    `metadata: ${cluster.brokers.size} brokers, ${cluster.topics.size} topics`,
  ],
  'leader-changed': ({ at, leader, epoch }) => [
    'info',
    `${at.topic}/${at.partition}: broker ${leader} leads now, epoch ${epoch}`,
  ],
  'topic-recreated': ({ topic }) => ['warn', `${topic}: was deleted and created again`],
  'cluster-changed': ({ from, to }) => ['warn', `the cluster id changed from ${from} to ${to}`],
  rebootstrap: ({ reason }) => ['warn', `starting again from the bootstrap hosts: ${reason}`],
  throttled: ({ broker, ms }) => ['info', `${broker}: throttled for ${ms} ms`],
}

/** Tells a person what happens: `DEBUG=rx-kafka:client`, and the logger if there is one. */
export function report(logger: Logger | undefined): (event: ClientEvent) => void {
  const debug = debugLog('client')
  return event => {
    if (!logger && !debug.enabled) return
    const line = lines[event.type] as (event: ClientEvent) => [Level, string]
    const [level, message] = line(event)
    debug(message)
    logger?.(level, message, event)
  }
}

/** Where trouble that lasts is told: to the logger if there is one, else as a process warning. */
export function troubleOf({ clock, logger }: Pick<ClientSettings, 'clock' | 'logger'>): LastingTrouble {
  return new LastingTrouble(clock, logger && (text => logger('warn', text)))
}
