import { ask, int32, type Address } from './wire'

export interface BrokerAddress extends Address {
  readonly id: number
}

export interface PartitionState {
  readonly partition: number
  readonly error: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

export interface Metadata {
  readonly brokers: readonly BrokerAddress[]
  /** Undefined in version 0, which does not say. */
  readonly controllerId: number | undefined
  readonly topics: ReadonlyMap<string, readonly PartitionState[]>
}

/** Asks one broker for all its brokers and topics: naming a topic might create it. */
export async function askMetadata(address: Address, version: 0 | 1): Promise<Metadata> {
  const all = int32(version === 0 ? 0 : -1)
  const reader = await ask(address, { apiKey: 3, apiVersion: version, body: all })
  const brokers = reader.array(() => {
    const broker = { id: reader.int32(), host: reader.string(), port: reader.int32() }
    if (version > 0) reader.string()
    return broker
  })
  const controllerId = version > 0 ? reader.int32() : undefined
  const topics = reader.array(() => {
    reader.int16()
    const name = reader.string()
    if (version > 0) reader.int8()
    const partitions = reader.array(() => ({
      error: reader.int16(),
      partition: reader.int32(),
      leader: reader.int32(),
      replicas: reader.array(() => reader.int32()),
      isr: reader.array(() => reader.int32()),
    }))
    return [name, partitions] as const
  })
  return { brokers, controllerId, topics: new Map(topics) }
}
