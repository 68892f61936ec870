import { debugLog } from '../kernel'

/** What a cluster tells of itself, through the option `onEvent`. */
export type BrokerEvent =
  /** A connection was closed from the broker's side. */
  | {
      readonly type: 'connectionClosed'
      readonly broker: number
      /** `address:port` */
      readonly client: string
      readonly reason: string
    }
  /** The oldest records went, since all logs together grew over `retentionBytes`. */
  | {
      readonly type: 'recordsDropped'
      readonly topic: string
      readonly partition: number
      /** First offset that is left. */
      readonly logStartOffset: bigint
    }
  | {
      readonly type: 'leaderMoved'
      readonly topic: string
      readonly partition: number
      readonly leader: number
    }
  | { readonly type: 'brokerStopped' | 'brokerStarted'; readonly broker: number }

const log = debugLog('broker')

/** Tells events to whoever listens, and to `DEBUG=rx-kafka:broker`. */
export function teller(listener: (event: BrokerEvent) => void): (event: BrokerEvent) => void {
  return event => {
    if (log.enabled) log(describe(event))
    listener(event)
  }
}

/** An event in words. */
export function describe(event: BrokerEvent): string {
  switch (event.type) {
    case 'connectionClosed':
      return `broker ${event.broker} closed the connection of ${event.client}: ${event.reason}`
    case 'recordsDropped':
      return `${event.topic}-${event.partition} now starts at ${event.logStartOffset}: retentionBytes is reached`
    case 'leaderMoved':
      return `${event.topic}-${event.partition} is led by ${event.leader < 0 ? 'nobody' : `broker ${event.leader}`}`
    case 'brokerStarted':
    case 'brokerStopped':
      return `broker ${event.broker} ${event.type === 'brokerStarted' ? 'started' : 'stopped'}`
  }
}
