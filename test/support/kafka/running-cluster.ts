import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Child } from './child'
import type { OwnKafkaCluster } from './cluster'
import type { KafkaJars } from './jars'
import { release } from './keeper'
import type { BrokerAddress } from './metadata'
import { loopback, type BrokerPlan } from './plan'
import { kraftProperties, propertiesText, zookeeperBrokerProperties, type Properties } from './properties'
import { brokersAreReady } from './ready'
import { releaseOf, type Release } from './releases'
import { launchServer } from './server'
import { formatStorage } from './storage'
import { sessionIsOver, startZookeeper, type Zookeeper } from './zookeeper'

export interface ClusterSetup {
  readonly jars: KafkaJars
  readonly archive: string | undefined
  /** Holds everything the cluster writes. */
  readonly folder: string
  readonly plans: readonly BrokerPlan[]
  /** Over the defaults. */
  readonly config: Properties
  readonly ca: string | undefined
  readonly lasting: boolean | undefined
}

const teardownGraceMs = 1_000
const shutdownGraceMs = 20_000
/** The processes of one cluster. */
export class RunningCluster implements OwnKafkaCluster {
  readonly version: string
  readonly bootstrap: string
  readonly brokers: readonly BrokerAddress[]
  readonly listeners: Readonly<Record<string, string>>
  readonly tlsBootstrap: string | undefined
  readonly ca: string | undefined
  readonly #setup: ClusterSetup
  readonly #release: Release
  readonly #children = new Map<number, Child>()
  #zookeeper: Zookeeper | undefined
  #launches = 0

  constructor(setup: ClusterSetup) {
    const { jars, plans, ca } = setup
    this.#setup = setup
    this.#release = releaseOf(jars.version)
    this.version = jars.version
    this.brokers = plans.map(({ id, port }) => ({ id, host: loopback, port }))
    this.bootstrap = addresses(plans.map(({ port }) => port))
    this.listeners = listenerAddresses(plans)
    this.ca = ca
    this.tlsBootstrap = this.listeners['SSL']
  }

  get zookeeper(): string | undefined {
    return this.#zookeeper?.connect
  }

  async startAll(): Promise<void> {
    const { jars, plans, folder, archive } = this.#setup
    if (this.#release.quorum === 'zookeeper')
      this.#zookeeper = await startZookeeper(join(folder, 'zookeeper'))
    for (const plan of plans) writeFileSync(plan.configFile, this.#properties(plan))
    if (this.#release.quorum === 'kraft') await formatStorage(jars, plans, archive)
    for (const plan of plans) this.#launch(plan)
    await this.#ready(this.brokers)
  }

  async kill(id: number): Promise<void> {
    await this.#child(id).kill()
  }

  async stop(id: number): Promise<void> {
    await this.#child(id).stop(shutdownGraceMs)
  }

  async start(id: number): Promise<void> {
    const plan = this.#plan(id)
    if (this.#runs(id)) throw new Error(`broker ${id} of Kafka ${this.version} runs already`)
    if (this.#zookeeper) await sessionIsOver(this.#zookeeper, id)
    this.#launch(plan)
    await this.#ready(this.brokers.filter(broker => this.#runs(broker.id)))
  }

  async restart(id: number): Promise<void> {
    if (this.#runs(id)) await this.stop(id)
    await this.start(id)
  }

  pause(id: number): void {
    this.#child(id).signal('SIGSTOP')
  }

  resume(id: number): void {
    this.#child(id).signal('SIGCONT')
  }

  log(id: number): string {
    return this.#child(id).log
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#children.values()].map(child => child.stop(teardownGraceMs)))
    // Brokers first: without ZooKeeper some of them never end.
    await this.#zookeeper?.child.stop(teardownGraceMs)
    rmSync(this.#setup.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    release(`folder ${this.#setup.folder}`)
  }

  #properties(plan: BrokerPlan): string {
    const { plans, config } = this.#setup
    const { hostAndPort = false } = this.#release
    const properties = this.#zookeeper
      ? zookeeperBrokerProperties(plan, plans, this.#zookeeper.connect, hostAndPort)
      : kraftProperties(plan, plans)
    return propertiesText({ ...properties, ...config })
  }

  #launch({ id, configFile, logFile: logFiles }: BrokerPlan): void {
    const { jars, archive, plans, lasting } = this.#setup
    const heapMegabytes = lasting ? 1024 : plans.length > 1 ? 192 : 256
    const logFile = `${logFiles}-${++this.#launches}`
    const launch = { mainClass: 'kafka.Kafka', configFile, logFile, heapMegabytes, archive, lasting }
    this.#children.set(id, launchServer(jars, launch))
  }

  async #ready(brokers: readonly BrokerAddress[]): Promise<void> {
    const died = () => brokers.map(({ id }) => this.#death(id)).find(death => death !== undefined)
    try {
      await brokersAreReady({ brokers, unlisted: this.#isUnlisted(), died })
    } catch (error) {
      const logs = brokers.map(({ id }) => `from the log of broker ${id}:\n${this.#child(id).excerpt}`)
      throw new Error(`Kafka ${this.version} did not start: ${(error as Error).message}\n${logs.join('\n')}`)
    }
  }

  #isUnlisted(): boolean {
    if (!this.#release.unlistedWithoutTopic) return false
    const partition = /-\d+$/
    return !this.#setup.plans.some(({ dataFolder }) =>
      readdirSync(dataFolder).some(name => partition.test(name)),
    )
  }

  #death(id: number): string | undefined {
    const { exit } = this.#child(id)
    return exit === undefined ? undefined : `broker ${id} exited with ${exit} before it was ready`
  }

  #runs(id: number): boolean {
    return this.#child(id).exit === undefined
  }

  #plan(id: number): BrokerPlan {
    const plan = this.#setup.plans.find(one => one.id === id)
    if (!plan) throw new RangeError(`Kafka ${this.version} was started without a broker ${id}`)
    return plan
  }

  #child(id: number): Child {
    const child = this.#children.get(this.#plan(id).id)
    if (!child) throw new Error(`broker ${id} of Kafka ${this.version} was never started`)
    return child
  }
}

function addresses(ports: readonly number[]): string {
  return ports.map(port => `${loopback}:${port}`).join()
}

function listenerAddresses(plans: readonly BrokerPlan[]): Record<string, string> {
  const names = plans[0]!.listeners.map(({ name }) => name)
  const portsOf = (name: string) => plans.map(plan => plan.listeners.find(one => one.name === name)!.port)
  return Object.fromEntries(names.map(name => [name, addresses(portsOf(name))]))
}
