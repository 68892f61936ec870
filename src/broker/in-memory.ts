import { ArgumentError } from '../kernel'
import type { BrokerSettings, EmbeddedKafkaOptions } from './options'

const owner = 'EmbeddedKafka option'

/**
 * The settings of a cluster in a `MemoryNetwork`, which lives by the clock of that network: brokers that waited by
 * another one would wait for a time that never comes, or that is over at once. ArgumentError for another clock, and
 * for TLS, which such a network does not speak.
 */
export function inMemory(settings: BrokerSettings, { clock }: EmbeddedKafkaOptions): BrokerSettings {
  const { network, tls } = settings
  if (network === undefined) return settings
  if (tls !== undefined)
    throw new ArgumentError(`${owner} tls`, tls, 'none with a MemoryNetwork, where nothing is encrypted')
  if (clock !== undefined && clock !== network.clock)
    throw new ArgumentError(`${owner} clock`, clock, 'the clock of the network, or none')
  return { ...settings, clock: network.clock }
}
