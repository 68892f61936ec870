import {
  abortController,
  asKafkaError,
  BrokerError,
  KafkaError,
  UnavailableError,
  type LastingTrouble,
} from '../kernel'
import {
  brokerError,
  errorRow,
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
import { leadersIn } from './leader-hints'
import { Metadata } from './metadata'
import type { ClientSettings } from './options'
import { troubleOf } from './log'
import { runCall, wasMaybeSent, within, type Call } from './call'
import { race } from './race'
import { retrying } from './retry'
import { coordinatorTypes, type Target } from './routes'

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
  readonly #closing = abortController()
  /** Monotonic ms since when no metadata question has been answered. */
  #failingSince: number | undefined
  readonly #trouble: LastingTrouble

  constructor(hosts: readonly HostPort[], settings: ClientSettings, emit: Emit) {
    this.#settings = settings
    this.#emit = emit
    this.#trouble = troubleOf(settings)
    this.brokers = new Brokers(hosts, {
      settings,
      emit,
      answered: (api, response) => this.#learnLeaders(api, response),
    })
    this.metadata = new Metadata({
      clock: settings.clock,
      maxAgeMs: settings.metadataMaxAgeMs,
      emit,
      ask: topics => this.#askMetadata(topics),
      changed: cluster => this.brokers.update(cluster.brokers.values()),
    })
    this.coordinators = new Coordinators({
      ask: (type, key, what) => this.#askCoordinator(type, key, what),
      learn: node => this.brokers.learn(node),
    })
  }

  /** The broker a target means. Raises a retriable error while it is not known. */
  async resolve(target: Exclude<Target, { to: 'any' | 'leader' }>, call: Call): Promise<Broker> {
    switch (target.to) {
      case 'node':
        if (this.metadata.cluster.brokers.size === 0)
          await this.metadata.within(call, this.metadata.refresh([]))
        return this.node(target.id, call.what)
      case 'coordinator':
        return this.node(await within(call, this.coordinators.find(target.type, target.key)), call.what)
      case 'controller': {
        const known = this.metadata.cluster
        const { controllerId } =
          known.controllerId < 0 ? await this.metadata.within(call, this.metadata.refresh([])) : known
        // Before 0.10 nobody says who the controller is; nobody has APIs that need it either.
        return controllerId < 0 ? this.brokers.candidates()[0]! : this.node(controllerId, call.what)
      }
    }
  }

  /** A broker by id; one that metadata does not list (any more) is worth a refresh. */
  node(id: number, what: string): Broker {
    const broker = this.brokers.get(id)
    if (broker) return broker
    throw notAvailable(`${what} -> broker ${id}`, 'metadata does not list this broker')
  }

  /** Sends to whoever lets us in first: a request that any broker takes, but only one of them may get. */
  async any<A extends Api>(sending: Sending<A>, call: Call): Promise<Answer<A>> {
    const connect = async (candidate: Broker, part: Call): Promise<Broker> => {
      await candidate.connect(sending.purpose, part)
      return candidate
    }
    const broker = await this.#race(connect, call)
    return broker.request(sending, call)
  }

  /** Does what the remedy of an error asks, before the same target is asked again. */
  async apply({ remedy }: KafkaError, target: Target, topics: readonly string[] = []): Promise<void> {
    if (target.to === 'coordinator') this.coordinators.forget(target.type, target.key)
    if (target.to !== 'coordinator' || remedy === 'refresh-metadata') await this.metadata.refresh(topics)
  }

  /** For good; whoever waits for a connection fails with `error`. */
  close(error: KafkaError): void {
    this.brokers.close(error)
    this.#closing.abort(error)
  }

  /** Takes note of the leaders that an answer names in its errors (KIP-951). */
  #learnLeaders(api: Api, response: object): void {
    const { hints, brokers } = leadersIn(api, response, id => this.metadata.cluster.topicName(id))
    if (hints.length > 0) this.metadata.learnLeaders(hints, brokers)
  }

  #race<T>(ask: (broker: Broker, call: Call) => Promise<T>, call: Call): Promise<T> {
    const course = {
      clock: this.#settings.clock,
      candidates: this.brokers.candidates(),
      ask,
      failed: (errors: readonly KafkaError[]) => this.brokers.unavailable(call.what, errors),
    }
    return race(course, call)
  }

  /** A question that may be asked of several brokers at once. */
  #ask<A extends Api>(sending: Sending<A>, call: Call): Promise<Answer<A>> {
    return this.#race((broker, part) => broker.request(sending, part), call)
  }

  /** One attempt, in a call of its own: several callers may share it. */
  #askCoordinator(type: number, key: string, what: string): Promise<Answer<typeof FindCoordinator>> {
    const { clock, timeoutMs } = this.#settings
    const body = (version: number) => coordinatorBody(version, type, key)
    const plan = { clock, what, timeoutMs, abandoned: this.#closing.signal }
    return runCall(plan, call => this.#ask({ api: FindCoordinator, purpose: 'main', body }, call)).catch(
      unanswered,
    )
  }

  #askMetadata(topics: readonly string[] | null): Promise<MetadataResponse> {
    const { clock, timeoutMs, allowAutoTopicCreation } = this.#settings
    const what =
      topics === null ? 'metadata of all topics' : `metadata of ${topics.join(', ') || 'the cluster'}`
    const body = (version: number) => metadataBody(version, topics, allowAutoTopicCreation)
    return runCall({ clock, what, timeoutMs, abandoned: this.#closing.signal }, call =>
      retrying(call, { ...this.#settings, apply: nothing }, async () => {
        try {
          const { response } = await this.#ask({ api: MetadataApi, purpose: 'main', body }, call)
          this.#failingSince = undefined
          this.#trouble.mended()
          this.metadata.failure = undefined
          return this.#checked(response!, what)
        } catch (error) {
          this.#noteFailure(error)
          throw error
        }
      }),
    ).catch(unanswered)
  }

  #checked(response: MetadataResponse, what: string): MetadataResponse {
    if (response.errorCode === rebootstrapRequired) {
      this.#rebootstrap('the broker asked for it')
      throw new BrokerError({ ...errorRow(rebootstrapRequired), remedy: 'retry' }, what)
    }
    if (response.errorCode !== 0) throw brokerError(response.errorCode, what)
    if (response.brokers.length > 0) return response
    throw notAvailable(what, 'the cluster lists no brokers')
  }

  /** Metadata that fails for too long means that all the brokers we know may have been replaced (KIP-1102). */
  #noteFailure(error: unknown): void {
    this.metadata.failure = asKafkaError(error, 'metadata')
    this.#trouble.goesOn(() => (error instanceof Error ? error.message : String(error)))
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

/** What metadata does not list now it may list a moment later: a broker that is starting, a cluster that forms. */
function notAvailable(where: string, why: string): BrokerError {
  return new BrokerError({ ...errorRow(brokerNotAvailable), remedy: 'refresh-metadata' }, where, why)
}

/** A question that had no answer has done nothing: whoever wanted to know has sent nothing of his own yet. */
function unanswered(error: unknown): never {
  throw error instanceof KafkaError && wasMaybeSent(error)
    ? new UnavailableError(error.message, [error])
    : error
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
  return version === 0 && keyType === coordinatorTypes.group ? { key } : { key, keyType }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
