import { Subject, type Observable } from 'rxjs'
import {
  ArgumentError,
  asKafkaError,
  ClosedError,
  inspect,
  settle,
  systemClock,
  type OptionTable,
} from '../kernel'
import { codecs, codecsOnThisThread } from '../compression'
import { Deferred } from '../deferred'
import type { Api, RequestOf, ResponseOf } from '../protocol'
import { type Call } from './call'
import { Calls } from './calls'
import { closeTimeout, type CloseOptions } from './close-options'
import type { Cluster } from './cluster'
import { setCore, type ClientCore } from './core'
import { Ending, type Dependent } from './ending'
import type { ClientEvent } from './event'
import { foreignClientOptions } from './foreign-options'
import { formatHost, parseHosts, type Hosts } from './hosts'
import { report } from './log'
import { clientOptions, type ClientOptions, type ClientSettings } from './options'
import {
  checkGroup,
  checkTopic,
  commitOptions,
  fetchOptions,
  offsetOptions,
  payloadOptions,
  produceOptions,
  requestOptions,
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
  type OffsetOptions,
  type OffsetPayload,
  type OffsetResponse,
  type PayloadOptions,
  type ProduceOptions,
  type ProducePayload,
  type ProduceResponse,
} from './payloads'
import { groupCoordinator, requestApi, type RequestOptions } from './request'
import { Router } from './router'

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
  readonly #calls = new Calls()
  readonly #ending: Ending
  #ended: Deferred<void> | undefined

  /**
   * Does no I/O, so unreachable hosts are no error here.
   *
   * @param hosts `"a,b:9093"`, `"[::1]:9092"`, an array of such or of `{ host, port }`; default port 9092
   * @throws ArgumentError naming the host or option that cannot be used
   */
  constructor(hosts: Hosts, options: ClientOptions = {}) {
    const parsed = parseHosts(hosts)
    this.#settings = settle('client', clientOptions, options, foreignClientOptions)
    this.#hosts = parsed.map(formatHost).join(',')
    this.events$ = this.#events.asObservable()
    // A listener like any other, so that a logger that throws disturbs nothing here.
    // eslint-disable-next-line rxjs-x/no-ignored-error -- events$ never errors
    this.#events.subscribe({ next: report(this.#settings.logger) })
    this.#router = new Router(parsed, this.#settings, event => this.#events.next(event))
    const error = new ClosedError(this.toString())
    this.#ending = new Ending({
      clock: this.#settings.clock,
      dependents: this.#dependents,
      calls: this.#calls,
      error,
      disconnect: () => {
        this.#router.close(error)
        this.#events.complete()
      },
    })
    setCore(this, this.#core())
  }

  /** What is known of the cluster just now; empty before the first question. */
  get cluster(): Cluster {
    return this.#router.metadata.cluster
  }

  /**
   * Asks for the metadata of these topics, or of all, and answers with the new snapshot. A topic that the cluster does
   * not know is no error here: the snapshot lacks it, and its `topicErrors` say why.
   */
  loadMetadataForTopics(...topics: readonly string[]): Deferred<Cluster> {
    const what = `metadata of ${topics.map(named).join(', ') || 'all topics'}`
    return this.#call(what, {}, call => {
      topics.forEach((topic, i) => checkTopic(`loadMetadataForTopics topics[${i}]`, topic))
      return this.#router.metadata.within(
        call,
        this.#router.metadata.refresh(topics.length === 0 ? null : topics),
      )
    })
  }

  /** Asks which broker coordinates the group, and answers with its node id. */
  loadCoordinatorForGroup(group: string): Deferred<number> {
    return this.#call(`coordinator of group ${named(group)}`, {}, async call => {
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
   * With acks `all` a leader that steps down while it waits for its replicas may answer NOT_LEADER_OR_FOLLOWER although
   * it has written: then a message may be there twice. The Producer has the broker remove such doubles.
   *
   * @throws FailedPayloadsError with what worked, unless `failOnError` is false
   */
  sendProduceRequest(
    payloads: readonly ProducePayload[],
    options: ProduceOptions = {},
  ): Deferred<readonly ProduceResponse[]> {
    return this.#payloads('sendProduceRequest', produceOptions, options, call =>
      sendProduce(this.#context(call), payloads, options),
    )
  }

  /** Reads messages from the partitions' leaders. Answers in payload order, raises as `sendProduceRequest`. */
  sendFetchRequest(
    payloads: readonly FetchPayload[],
    options: FetchOptions = {},
  ): Deferred<readonly FetchResponse[]> {
    return this.#payloads('sendFetchRequest', fetchOptions, options, call =>
      sendFetch(this.#context(call), payloads, options),
    )
  }

  /** Asks for offsets: latest, earliest, or by time. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetRequest(
    payloads: readonly OffsetPayload[],
    options: OffsetOptions = {},
  ): Deferred<readonly OffsetResponse[]> {
    return this.#payloads('sendOffsetRequest', offsetOptions, options, call =>
      sendListOffsets(this.#context(call), payloads, options),
    )
  }

  /** The same as `sendOffsetRequest`, by the name of Kafka's API. */
  sendListOffsetsRequest(
    payloads: readonly OffsetPayload[],
    options: OffsetOptions = {},
  ): Deferred<readonly OffsetResponse[]> {
    return this.sendOffsetRequest(payloads, options)
  }

  /** Asks what a group has stored. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetFetchRequest(
    group: string,
    payloads: readonly OffsetFetchPayload[],
    options: PayloadOptions = {},
  ): Deferred<readonly OffsetFetchResponse[]> {
    return this.#payloads('sendOffsetFetchRequest', payloadOptions, options, call =>
      sendOffsetFetch(this.#context(call), group, payloads, options),
    )
  }

  /** Stores offsets for a group. Answers in payload order, raises as `sendProduceRequest`. */
  sendOffsetCommitRequest(
    group: string,
    payloads: readonly OffsetCommitPayload[],
    options: PayloadOptions & CommitIdentity = {},
  ): Deferred<readonly OffsetCommitResponse[]> {
    return this.#payloads('sendOffsetCommitRequest', commitOptions, options, call =>
      sendOffsetCommit(this.#context(call), group, payloads, options),
    )
  }

  /**
   * Any API, typed: `client.request(DescribeConfigs, { resources: [...] })`. Routed by its row in the route table: to
   * partition leaders, a coordinator, the controller, or any broker. Error codes in the answer are data, but for
   * those that say the wrong broker was asked: then the right one is found and asked.
   */
  request<A extends Api>(api: A, body: RequestOf<A>, options: RequestOptions = {}): Deferred<ResponseOf<A>> {
    const name = isApi(api) ? api.name : 'request'
    return this.#payloads(name, requestOptions, options, async call => {
      if (!isApi(api))
        throw new ArgumentError('request api', api, 'the definition of an API, such as Apis.Metadata')
      if (typeof body !== 'object' || body === null)
        throw new ArgumentError(`${name} body`, body, 'an object')
      return requestApi(this.#router, this.#settings, { api, body, options }, call)
    })
  }

  /**
   * Closes producers and consumers first, waits for the calls under way, then closes every connection. Starts when
   * called; calling it again answers the same outcome.
   *
   * @param options.timeoutMs how long that may take before what is left is stopped, in ms; default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    return this.#end(() => closeTimeout(options))
  }

  /**
   * Closes everything at once, also when `close` is still waiting. What is under way fails: with ClosedError, or when
   * it was sent with a ConnectionError that says `maybeSent`.
   */
  stop(): Deferred<void> {
    this.#ending.hasten()
    return this.#end(() => 0)
  }

  toString(): string {
    return `KafkaClient(${this.#hosts})`
  }

  #core(): ClientCore {
    const router = this.#router
    return {
      settings: this.#settings,
      router,
      events$: this.events$,
      codecs: this.#settings.clock === systemClock ? codecs : codecsOnThisThread,
      get cluster() {
        return router.metadata.cluster
      },
      adopt: dependent => {
        if (this.#ended) throw new ClosedError(this.toString())
        this.#dependents.add(dependent)
        return () => this.#dependents.delete(dependent)
      },
    }
  }

  #end(timeoutMs: () => number): Deferred<void> {
    if (this.#ended) return this.#ended
    const ended = Deferred.from('close', async () => {
      const ms = timeoutMs()
      this.#ended = ended
      return this.#ending.begin(ms)
    })
    return ended.start()
  }

  #payloads<T>(
    method: string,
    table: OptionTable,
    options: { readonly timeoutMs?: number },
    work: (call: Call) => Promise<T>,
  ): Deferred<T> {
    return this.#call(method, { table, options }, work)
  }

  #call<T>(
    what: string,
    {
      table = {},
      options = {},
    }: { readonly table?: OptionTable; readonly options?: { readonly timeoutMs?: number } },
    work: (call: Call) => Promise<T>,
  ): Deferred<T> {
    return Deferred.from(what, async (abandoned, sent) => {
      try {
        settle(what, table, options)
        const { clock, timeoutMs } = this.#settings
        const plan = { clock, what, timeoutMs: options.timeoutMs ?? timeoutMs, abandoned, sent }
        return await this.#calls.run(plan, work)
      } catch (error) {
        throw asKafkaError(error, what)
      }
    })
  }

  #context(call: Call) {
    return { router: this.#router, settings: this.#settings, call }
  }
}

/** A name in a text, whatever was passed as one. */
function named(name: unknown): string {
  return typeof name === 'string' ? name : inspect(name)
}

function isApi(api: unknown): api is Api {
  const { name, key, versions } = (api ?? {}) as Partial<Api>
  return typeof name === 'string' && typeof key === 'number' && Array.isArray(versions)
}
