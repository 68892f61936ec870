import { ConnectionError, TimeoutError, type KafkaError } from '../kernel'
import {
  brokerError,
  FindCoordinator,
  Metadata as MetadataApi,
  type Api,
  type MetadataResponse,
} from '../protocol'
import type { Answer, Broker, Sending } from './broker'
import { Brokers } from './brokers'
import { Coordinators } from './coordinators'
import type { Emit } from './event'
import type { HostPort } from './hosts'
import { Metadata } from './metadata'
import type { ClientSettings } from './options'
import { runCall, within, type Call } from './call'
import { retrying } from './retry'
import type { Target } from './routes'

/**
 * Finds the broker for a target and sends to it. Owns what is known of the cluster: brokers, snapshot,
 * coordinators.
 */
export class Router {
  readonly metadata: Metadata
  readonly coordinators: Coordinators
  readonly brokers: Brokers
  readonly #settings: ClientSettings
  readonly #emit: Emit
  /** Monotonic ms since when no metadata question has been answered. */
  #failingSince: number | undefined

  constructor(hosts: readonly HostPort[], settings: ClientSettings, emit: Emit) {
    this.#settings = settings
    this.#emit = emit
    this.brokers = new Brokers(hosts, settings, emit)
    this.metadata = new Metadata({
      clock: settings.clock,
      maxAgeMs: settings.metadataMaxAgeMs,
      emit,
      ask: topics => this.#askMetadata(topics),
      changed: cluster => this.brokers.update(cluster.brokers.values()),
    })
    this.coordinators = new Coordinators({
      ask: (type, key, call) =>
        this.any(
          { api: FindCoordinator, purpose: 'main', body: version => coordinatorBody(version, type, key) },
          call,
        ),
      learn: node => this.brokers.learn(node),
    })
  }

  /** The broker a target means. Raises a retriable error while it is not known. */
  async resolve(target: Exclude<Target, { to: 'any' | 'leader' }>, call: Call): Promise<Broker> {
    switch (target.to) {
      case 'node':
        return this.node(target.id, call.what)
      case 'coordinator':
        return this.node(await within(call, this.coordinators.find(target.type, target.key, call)), call.what)
      case 'controller': {
        const known = this.metadata.cluster
        const { controllerId } =
          known.controllerId < 0 ? await within(call, this.metadata.refresh([])) : known
        // Before 0.10 nobody says who the controller is; nobody has APIs that need it either.
        return controllerId < 0 ? this.brokers.candidates()[0]! : this.node(controllerId, call.what)
      }
    }
  }

  /** A broker by id; one that metadata does not list (any more) is worth a refresh. */
  node(id: number, what: string): Broker {
    const broker = this.brokers.get(id)
    if (broker) return broker
    throw brokerError(brokerNotAvailable, `${what} -> broker ${id}`, 'metadata does not list this broker')
  }

  /** Asks brokers one after another until one answers: a question that any of them can answer. */
  async any<A extends Api>(sending: Sending<A>, call: Call): Promise<Answer<A>> {
    const errors: KafkaError[] = []
    for (const broker of this.brokers.candidates()) {
      try {
        return await broker.request(sending, call)
      } catch (error) {
        if (!isUnreachable(error) || call.signal.aborted || this.#isLate(call)) throw error
        errors.push(error)
      }
    }
    throw this.brokers.unavailable(call.what, errors)
  }

  /** Does what the remedy of an error asks, before the same target is asked again. */
  async apply({ remedy }: KafkaError, target: Target, topics: readonly string[] = []): Promise<void> {
    if (target.to === 'coordinator') this.coordinators.forget(target.type, target.key)
    if (target.to !== 'coordinator' || remedy === 'refresh-metadata') await this.metadata.refresh(topics)
  }

  close(): void {
    this.brokers.close()
  }

  #isLate(call: Call): boolean {
    return this.#settings.clock.monotonic() >= call.deadline
  }

  #askMetadata(topics: readonly string[] | null): Promise<MetadataResponse> {
    const { clock, timeoutMs, allowAutoTopicCreation } = this.#settings
    const what =
      topics === null ? 'metadata of all topics' : `metadata of ${topics.join(', ') || 'the cluster'}`
    const body = (version: number) => metadataBody(version, topics, allowAutoTopicCreation)
    return runCall({ clock, what, timeoutMs }, call =>
      retrying(call, { ...this.#settings, apply: nothing }, async () => {
        try {
          const { response } = await this.any({ api: MetadataApi, purpose: 'main', body }, call)
          this.#failingSince = undefined
          return this.#checked(response!, what)
        } catch (error) {
          this.#noteFailure()
          throw error
        }
      }),
    )
  }

  #checked(response: MetadataResponse, what: string): MetadataResponse {
    if (response.errorCode === rebootstrapRequired) this.#rebootstrap('the broker asked for it')
    if (response.errorCode !== 0) throw brokerError(response.errorCode, what)
    if (response.brokers.length > 0) return response
    throw brokerError(brokerNotAvailable, what, 'the cluster lists no brokers')
  }

  /** Metadata that fails for too long means that all the brokers we know may have been replaced (KIP-1102). */
  #noteFailure(): void {
    const now = this.#settings.clock.monotonic()
    this.#failingSince ??= now
    if (now - this.#failingSince < this.#settings.rebootstrapAfterMs) return
    this.#failingSince = now
    this.#rebootstrap(`no metadata for ${this.#settings.rebootstrapAfterMs} ms`)
  }

  #rebootstrap(reason: string): void {
    this.brokers.forgetKnown()
    this.metadata.forgetBrokers()
    this.#emit({ type: 'rebootstrap', reason })
  }
}

const brokerNotAvailable = 8
const rebootstrapRequired = 129

/** The broker did not answer, whatever the reason: another one may. */
function isUnreachable(error: unknown): error is KafkaError {
  return error instanceof ConnectionError || error instanceof TimeoutError
}

/** From version 1 on null asks for all topics and an empty list for none; version 0 knows only "all". */
function metadataBody(version: number, topics: readonly string[] | null, allowAutoTopicCreation: boolean) {
  const named = topics?.map(name => ({ name })) ?? null
  return {
    topics: version === 0 ? (named ?? []) : named,
    ...(version >= 4 ? { allowAutoTopicCreation } : {}),
  }
}

function coordinatorBody(version: number, keyType: number, key: string) {
  if (version >= 4) return { keyType, coordinatorKeys: [key] }
  return version === 0 ? { key } : { key, keyType }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
