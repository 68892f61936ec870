import { formatAddress } from '../../network'
import type { BrokerConfig, ConfigMap } from '../configs'
import { ClusterImage, type BrokerEndpoint } from './image'

/** One broker of the cluster: where it is, whether it runs, and what it believes. */
export class BrokerNode {
  readonly endpoint: BrokerEndpoint
  readonly #listenHost: string
  /** It serves; false from the moment it stops or is killed. */
  isUp = true
  /** The controller counts it among the living: a killed broker is found missing only after a while. */
  isRegistered = true
  /** It hangs, and hears nothing of the controller. */
  isPaused = false
  #image = ClusterImage.empty
  #newest = ClusterImage.empty
  #isFrozen = false
  #changes: ConfigMap = new Map()
  #config: { readonly from: BrokerConfig; readonly config: BrokerConfig } | undefined

  constructor(endpoint: BrokerEndpoint, listenHost: string) {
    this.endpoint = endpoint
    this.#listenHost = listenHost
  }

  get id(): number {
    return this.endpoint.id
  }

  /** Configs that were changed while it runs, for it alone. */
  get changes(): ConfigMap {
    return this.#changes
  }

  set changes(changes: ConfigMap) {
    this.#changes = changes
    this.#config = undefined
  }

  /** Its own configs, from what all brokers have. */
  configFrom(shared: BrokerConfig): BrokerConfig {
    if (this.#config?.from !== shared) this.#config = { from: shared, config: this.#configured(shared) }
    return this.#config.config
  }

  /** What it tells clients about the cluster. */
  get image(): ClusterImage {
    return this.#image
  }

  /** News from the controller; older news than the last is ignored. */
  learn(image: ClusterImage): void {
    if (this.isPaused || image.version <= this.#newest.version) return
    this.#newest = image
    if (!this.#isFrozen) this.#image = image
  }

  /** From now on it tells what it knows at this moment, however old that gets. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** Back to what the controller said last. */
  thaw(): void {
    this.#isFrozen = false
    this.#image = this.#newest
  }

  #configured(shared: BrokerConfig): BrokerConfig {
    const { id, host, port, rack } = this.endpoint
    const listener = (at: string): string => `PLAINTEXT://${formatAddress({ host: at, port })}`
    return shared.changed(shared.forAll, this.#changes).and({
      'node.id': id,
      'process.roles': 'broker,controller',
      listeners: listener(this.#listenHost),
      'advertised.listeners': listener(host),
      ...(rack === null ? {} : { 'broker.rack': rack }),
    })
  }
}
