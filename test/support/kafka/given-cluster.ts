import type { KafkaCluster } from './cluster'
import { askMetadata, type Metadata } from './metadata'
import type { Address } from './wire'

/** The cluster named by `KAFKA_BROKERS=host:port,...` (and `KAFKA_VERSION`, if it matters): not ours to stop. */
export async function givenCluster(text: string, version = 'of unknown release'): Promise<KafkaCluster> {
  const { brokers } = await firstAnswer(text.split(',').map(parseAddress))
  const known = [...brokers].sort((a, b) => a.id - b.id)
  return { version, brokers: known, bootstrap: known.map(({ host, port }) => `${host}:${port}`).join() }
}

function parseAddress(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text.trim()) ?? []
  const host = bracketed ?? plain
  if (host === undefined) throw new RangeError(`KAFKA_BROKERS: expected host:port,..., got "${text}"`)
  return { host, port: Number(port) }
}

async function firstAnswer(addresses: readonly Address[]): Promise<Metadata> {
  const failures: string[] = []
  for (const address of addresses) {
    try {
      return await askMetadata(address)
    } catch (error) {
      failures.push((error as Error).message)
    }
  }
  throw new Error(`KAFKA_BROKERS: no broker answered: ${failures.join('; ')}`)
}
