import { array, ask, type Address, type WireReader } from './wire'

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
  readonly topics: ReadonlyMap<string, readonly PartitionState[]>
}

const metadata = 3

/** Asks one broker, of any release, for all its brokers and topics: naming a topic might create it. */
export async function askMetadata(address: Address, timeoutMs?: number): Promise<Metadata> {
  const reader = await ask(address, { apiKey: metadata, apiVersion: 0, body: array([]) }, timeoutMs)
  const brokers = reader.array(() => readBroker(reader))
  const topics = reader.array(() => {
    reader.int16()
    return [reader.string(), reader.array(() => readPartition(reader))] as const
  })
  return { brokers, topics: new Map(topics) }
}

/** The controller as one broker knows it, from Kafka 0.10 on. */
export async function askController(address: Address): Promise<BrokerAddress | undefined> {
  const reader = await ask(address, { apiKey: metadata, apiVersion: 1, body: array([]) })
  const brokers = reader.array(() => {
    const broker = readBroker(reader)
    reader.string()
    return broker
  })
  const controllerId = reader.int32()
  return brokers.find(({ id }) => id === controllerId)
}

const readBroker = (reader: WireReader): BrokerAddress => ({
  id: reader.int32(),
  host: reader.string(),
  port: reader.int32(),
})

const readPartition = (reader: WireReader): PartitionState => ({
  error: reader.int16(),
  partition: reader.int32(),
  leader: reader.int32(),
  replicas: reader.array(() => reader.int32()),
  isr: reader.array(() => reader.int32()),
})
