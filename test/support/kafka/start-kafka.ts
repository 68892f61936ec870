import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureArchive } from './archive'
import { ensureCertificates } from './certificates'
import type { OwnKafkaCluster } from './cluster'
import { ensureKafka } from './jars'
import { entrust } from './keeper'
import { planBroker, type BrokerPlan, type ListenerProtocol } from './plan'
import { freePorts } from './ports'
import type { Properties } from './properties'
import { releaseOf, type KafkaVersion } from './releases'
import { RunningCluster } from './running-cluster'

export interface StartOptions {
  readonly version: KafkaVersion
  /** Default 1. */
  readonly brokers?: 1 | 3
  /** Broker settings over the defaults of the tests. */
  readonly config?: Properties
  /** Extra listeners by name, on KRaft releases; `config` has what their mechanisms need. */
  readonly listeners?: Readonly<Record<string, ListenerProtocol>>
  /** A listener that speaks TLS, on KRaft releases. */
  readonly tls?: boolean
  /** For measurements: 1 GiB of heap, compilers and collector as the JVM chooses. Default: tuned to start quickly. */
  readonly lasting?: boolean
}

const attempts = 3

/**
 * Starts Apache Kafka on free loopback ports with its data in a temporary folder, and resolves when every broker
 * answers with all of them. Nothing is left of it when this process ends, in whatever way.
 */
export async function startKafka(options: StartOptions): Promise<OwnKafkaCluster> {
  for (let attempt = 1; ; attempt++) {
    const cluster = await prepare(options)
    try {
      await cluster.startAll()
      return cluster
    } catch (error) {
      await cluster.stopAll()
      if (attempt === attempts || !/Address already in use|failed to bind/i.test(String(error))) throw error
    }
  }
}

async function prepare(options: StartOptions): Promise<RunningCluster> {
  const { version, config = {} } = options
  const listeners = extraListeners(options)
  const jars = await ensureKafka(version)
  const archive = await ensureArchive(jars)
  const certificates =
    listeners.some(([, protocol]) => protocol.endsWith('SSL')) && (await ensureCertificates())
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-'))
  entrust(`folder ${folder}`)
  return new RunningCluster({
    jars,
    archive,
    folder,
    plans: await planBrokers(folder, options.brokers ?? 1, listeners),
    config: certificates ? { ...certificates.properties, ...config } : config,
    ca: certificates ? certificates.ca : undefined,
    lasting: options.lasting,
  })
}

function extraListeners({ version, listeners = {}, tls }: StartOptions): [string, ListenerProtocol][] {
  const all = Object.entries(tls ? { ...listeners, SSL: 'SSL' as const } : listeners)
  if (all.length > 0 && releaseOf(version).quorum === 'zookeeper') {
    throw new RangeError(`Kafka ${version}: extra listeners and TLS are for the releases without ZooKeeper`)
  }
  return all
}

async function planBrokers(
  folder: string,
  count: number,
  listeners: readonly [string, ListenerProtocol][],
): Promise<BrokerPlan[]> {
  const ports = await freePorts(count * (2 + listeners.length))
  const next = () => ports.pop()!
  return Array.from({ length: count }, (_, index) =>
    planBroker(join(folder, `broker-${index + 1}`), {
      id: index + 1,
      port: next(),
      controllerPort: next(),
      listeners: listeners.map(([name, protocol]) => ({ name, protocol, port: next() })),
    }),
  )
}
