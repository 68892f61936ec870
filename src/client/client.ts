import { Subject, type Observable } from 'rxjs'
import { ArgumentError, ClosedError, settle } from '../kernel'
import { Deferred } from '../deferred'
import type { Api, RequestOf, ResponseOf } from '../protocol'
import { runCall, type Call } from './call'
import type { Cluster } from './cluster'
import type { ClientEvent } from './event'
import { formatHost, parseHosts, type Hosts } from './hosts'
import { report } from './log'
import { clientOptions, type ClientOptions, type ClientSettings } from './options'
import {
  checkGroup,
  checkTopic,
  sendFetch,
  sendListOffsets,
  sendOffsetCommit,
  sendOffsetFetch,
  sendProduce,
  type CommitIdentity,
  type FetchOptions,
  type FetchPayload,
  type FetchResponse,
  type OffsetCommitPayload,
  type OffsetCommitResponse,
  type OffsetFetchPayload,
  type OffsetFetchResponse,
  type OffsetPayload,
  type OffsetResponse,
  type PayloadOptions,
  type ProduceOptions,
  type ProducePayload,
  type ProduceResponse,
} from './payloads'
import { groupCoordinator, requestApi, type RequestOptions } from './request'
import { Router } from './router'

/** What must end before the client does: producers and consumers made with it. */
export interface Dependent {
  close(options: { readonly timeoutMs: number }): PromiseLike<unknown>
  stop(): PromiseLike<unknown>
}

/**
 * A cluster, as one thing to talk to: finds brokers, leaders and coordinators, speaks to each in the newest version
 * both sides know, and asks again where that is safe. Connects on first use. Every result is a `Deferred`: it does
 * nothing until somebody subscribes or awaits.
 */
export class KafkaClient {
  /** Connects, disconnects, metadata changes, throttling. Hot; never errors; completes when the client is closed. */
  readonly events$: Observable<ClientEvent>
  readonly #events = new Subject<ClientEvent>()
  readonly #hosts: string
  readonly #settings: ClientSettings
  readonly #router: Router
  readonly #dependents = new Set<Dependent>()
  readonly #closing = new AbortController()
  #closed: Deferred<void> | undefined

  /**
   * Does no I/O, so unreachable hosts are no error here.
   *
   * @param hosts `"a,b:9093"`, `"[::1]:9092"`, an array of such or of `{ host, port }`; default port 9092
   * @throws ArgumentError naming the host or option that cannot be used
   */
  constructor(hosts: Hosts, options: ClientOptions = {}) {
    const parsed = parseHosts(hosts)
    this.#settings = settle('client', clientOptions, options)
    this.#hosts = parsed.map(formatHost).join(',')
    this.events$ = this.#events.asObservable()
    const log = report(this.#settings.logger)
    this.#router = new Router(parsed, this.#settings, event => {
      log(event)
      this.#events.next(event)
    })
  }

  get settings(): ClientSettings {
    return this.#settings
  }

  /** What is known of the cluster just now; empty before the first question. */
  get cluster(): Cluster {
    return this.#router.metadata.cluster
  }

  /** For producers and consumers, which route by themselves. */
  get router(): Router {
    return this.#router
  }

  /** Asks for the metadata of these topics, or of all, and answers with the new snapshot. */
  loadMetadataForTopics(...topics: readonly string[]): Deferred<Cluster> {
    const what = `metadata of ${topics.join(', ') || 'all topics'}`
    return this.#call(what, undefined, () => {
      topics.forEach((topic, i) => checkTopic(`loadMetadataForTopics topics[${i}]`, topic))
      return this.#router.metadata.refresh(topics.length === 0 ? null : topics)
    })
  }

  /** Asks which broker coordinates the group, and answers with its node id. */
  loadCoordinatorForGroup(group: string): Deferred<number> {
    return this.#call(`coordinator of group ${group}`, undefined, async call => {
      checkGroup('loadCoordinatorForGroup group', group)
      this.#router.coordinators.forget('group', group)
      const broker = await groupCoordinator(this.#router, this.#settings, group, call)
      return broker.id
    })
  }

  /**
   * Writes messages to the partitions' leaders. Answers in payload order. Only what surely was not written is sent
   * again; there is no idempotence here: that is the Producer's.
   *
   * @throws FailedPayloadsError with what worked, unless `failOnError` is false
   */
  sendProduceRequest(
    payloads: readonly ProducePayload[],
    options: ProduceOptions = {},
  ): Deferred<readonly ProduceResponse[]> {
    return this.#payloads('sendProduceRequest', options, call =>
      sendProduce(this.#context(call), payloads, options),
    )
  }

  /** Reads messages from the partitions' leaders. Answers in payload order, raises as `sendProduceRequest`. */
  sendFetchRequest(
    payloads: readonly FetchPayload[],
    options: FetchOptions = {},
  ): Deferred<readonly FetchResponse[]> {
    return this.#payloads('sendFetchRequest', options, call =>
      sendFetch(this.#context(call), payloads, options),
    )
  }

  /** Asks for offsets: latest, earliest, or by time. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetRequest(
    payloads: readonly OffsetPayload[],
    options: PayloadOptions = {},
  ): Deferred<readonly OffsetResponse[]> {
    return this.#payloads('sendOffsetRequest', options, call =>
      sendListOffsets(this.#context(call), payloads, options),
    )
  }

  /** The same as `sendOffsetRequest`, by the name of Kafka's API. */
  sendListOffsetsRequest(
    payloads: readonly OffsetPayload[],
    options: PayloadOptions = {},
  ): Deferred<readonly OffsetResponse[]> {
    return this.sendOffsetRequest(payloads, options)
  }

  /** Asks what a group has stored. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetFetchRequest(
    group: string,
    payloads: readonly OffsetFetchPayload[],
    options: PayloadOptions = {},
  ): Deferred<readonly OffsetFetchResponse[]> {
    return this.#payloads('sendOffsetFetchRequest', options, call =>
      sendOffsetFetch(this.#context(call), group, payloads, options),
    )
  }

  /** Stores offsets for a group. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetCommitRequest(
    group: string,
    payloads: readonly OffsetCommitPayload[],
    options: PayloadOptions & CommitIdentity = {},
  ): Deferred<readonly OffsetCommitResponse[]> {
    return this.#payloads('sendOffsetCommitRequest', options, call =>
      sendOffsetCommit(this.#context(call), group, payloads, options),
    )
  }

  /**
   * Any API, typed: `client.request(DescribeConfigs, { resources: [...] })`. Routed by its row in the route table: to
   * partition leaders, a coordinator, the controller, or any broker. Error codes in the answer are data, but for
   * those that say the wrong broker was asked: then the right one is found and asked.
   */
  request<A extends Api>(api: A, body: RequestOf<A>, options: RequestOptions = {}): Deferred<ResponseOf<A>> {
    return this.#call(api.name, options.timeoutMs, call =>
      requestApi(this.#router, this.#settings, { api, body, options }, call),
    )
  }

  /** Closed before the client is; for producers and consumers. Answers what takes it off the list again. */
  adopt(dependent: Dependent): () => void {
    this.#dependents.add(dependent)
    return () => this.#dependents.delete(dependent)
  }

  /**
   * Closes producers and consumers first, then every connection. Starts when called; calling it again answers the
   * same outcome.
   *
   * @param options.timeoutMs how long producers and consumers may take to end in good order; default 30,000
   */
  close({ timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {}): Deferred<void> {
    return this.#end(dependent => dependent.close({ timeoutMs }))
  }

  /** Closes everything at once: what is under way fails. */
  stop(): Deferred<void> {
    return this.#end(dependent => dependent.stop())
  }

  toString(): string {
    return `KafkaClient(${this.#hosts})`
  }

  #end(how: (dependent: Dependent) => PromiseLike<unknown>): Deferred<void> {
    this.#closed ??= Deferred.from<void>('close', async () => {
      await Promise.allSettled([...this.#dependents].map(how))
      this.#closing.abort()
      this.#router.close()
      this.#events.complete()
    }).start()
    return this.#closed
  }

  #payloads<R>(
    method: string,
    { timeoutMs }: { timeoutMs?: number },
    work: (call: Call) => Promise<R>,
  ): Deferred<R> {
    return this.#call(method, timeoutMs, work)
  }

  #call<T>(
    what: string,
    timeoutMs = this.#settings.timeoutMs,
    work: (call: Call) => Promise<T>,
  ): Deferred<T> {
    return Deferred.from(what, async (abandoned, sent) => {
      if (this.#closed) throw new ClosedError(this.toString())
      if (!Number.isInteger(timeoutMs) || timeoutMs <= 0)
        throw new ArgumentError('timeoutMs', timeoutMs, 'whole milliseconds')
      return runCall({ clock: this.#settings.clock, what, timeoutMs, abandoned, sent }, work)
    })
  }

  #context(call: Call) {
    return { router: this.#router, settings: this.#settings, call }
  }
}
