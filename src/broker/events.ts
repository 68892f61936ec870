import { debugLog } from '../kernel'

/** What a cluster tells of itself, through the option `onEvent`. */
export type BrokerEvent =
  /** A connection was closed from the broker's side. */
  | {
      readonly type: 'connection-closed'
      readonly broker: number
      /** `address:port` */
      readonly client: string
      readonly reason: string
    }
  /** The oldest records went, since all logs together grew over `retentionBytes`. */
  | {
      readonly type: 'records-dropped'
      readonly topic: string
      readonly partition: number
      /** First offset that is left. */
      readonly logStartOffset: bigint
    }
  | {
      readonly type: 'leader-moved'
      readonly topic: string
      readonly partition: number
      readonly leader: number
    }
  | { readonly type: 'broker-stopped' | 'broker-started'; readonly broker: number }

const log = debugLog('broker')

/** Tells events to whoever listens, and to `DEBUG=rx-kafka:broker`; there, too, what a listener throws. */
export function teller(listener: (event: BrokerEvent) => void): (event: BrokerEvent) => void {
  return event => {
    if (log.enabled) log(describeEvent(event))
    try {
      listener(event)
    } catch (error) {
      // A listener's fault is its own: it must not stop a cluster halfway.
      log(`onEvent failed: ${String(error)}`)
    }
  }
}

/** An event in words. */
export function describeEvent(event: BrokerEvent): string {
  switch (event.type) {
    case 'connection-closed':
      return `broker ${event.broker} closed the connection of ${event.client}: ${event.reason}`
    case 'records-dropped':
      return `${event.topic}-${event.partition} now starts at ${event.logStartOffset}: retentionBytes is reached`
    case 'leader-moved':
      return `${event.topic}-${event.partition} is led by ${event.leader < 0 ? 'nobody' : `broker ${event.leader}`}`
    case 'broker-started':
    case 'broker-stopped':
      return `broker ${event.broker} ${event.type === 'broker-started' ? 'started' : 'stopped'}`
  }
}
