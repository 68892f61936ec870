import type { BrokerHandle, MemoryNetwork } from '../../../src/broker'
import type { outages } from './schedule'

/** What takes a broker away, and what brings it back. */
interface Outage {
  readonly begin: () => unknown
  readonly end: () => unknown
}

export function outageOf(
  how: (typeof outages)[number],
  broker: BrokerHandle,
  network: MemoryNetwork,
): Outage {
  const place = `${broker.host}:${broker.port}`
  switch (how) {
    case 'kill':
      return { begin: () => broker.kill(), end: () => broker.start() }
    case 'stop':
      return { begin: () => broker.stop(), end: () => broker.start() }
    case 'pause':
      return { begin: () => broker.pause(), end: () => broker.resume() }
    case 'refuse':
      return { begin: () => broker.refuseConnections(), end: () => broker.acceptConnections() }
    case 'freeze':
      return { begin: () => broker.freezeMetadata(), end: () => broker.thawMetadata() }
    case 'hold':
      return { begin: () => network.hold(place), end: () => network.heal(place) }
  }
}
