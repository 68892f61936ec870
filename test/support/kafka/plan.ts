import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The security protocol of an extra listener. */
export type ListenerProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

export interface Listener {
  readonly name: string
  readonly protocol: ListenerProtocol
  readonly port: number
}

/** What one broker of a cluster is told about itself. */
export interface BrokerPlan {
  readonly id: number
  readonly port: number
  /** Of its KRaft controller; unused with ZooKeeper. */
  readonly controllerPort: number
  /** Beside the plain one. */
  readonly listeners: readonly Listener[]
  readonly dataFolder: string
  readonly configFile: string
  /** Where its output goes; each start has a file of its own by this name. */
  readonly logFile: string
}

/** Every address of a test cluster is on this one. */
export const loopback = '127.0.0.1'

/** The plan of a broker that keeps all it has in `folder`, which is made. */
export function planBroker(
  folder: string,
  {
    id,
    port,
    controllerPort,
    listeners = [],
  }: Pick<BrokerPlan, 'id' | 'port' | 'controllerPort'> & Partial<BrokerPlan>,
): BrokerPlan {
  const dataFolder = join(folder, 'data')
  mkdirSync(dataFolder, { recursive: true })
  const files = { dataFolder, configFile: join(folder, 'server.properties'), logFile: join(folder, 'log') }
  return { id, port, controllerPort, listeners, ...files }
}
