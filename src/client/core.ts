import type { Observable } from 'rxjs'
import { ArgumentError, type CodecLookup } from '../kernel'
import type { Cluster } from './cluster'
import type { Dependent } from './ending'
import type { ClientEvent } from './event'
import type { ClientSettings } from './options'
import type { Router } from './router'

/** What producers and consumers, which route by themselves, have of a client beyond what its users see. */
export interface ClientCore {
  readonly settings: ClientSettings
  readonly router: Router
  readonly events$: Observable<ClientEvent>
  /** To compress with; on other threads only where time is the real one. */
  readonly codecs: CodecLookup
  /** What is known of the cluster just now. */
  readonly cluster: Cluster
  /** Closed before the client is. Answers what takes it off the list again; throws ClosedError when it is too late. */
  adopt(dependent: Dependent): () => void
}

const cores = new WeakMap<object, ClientCore>()

/** To be called once by each new client. */
export function setCore(client: object, core: ClientCore): void {
  cores.set(client, core)
}

/** The core of a KafkaClient; an ArgumentError for anything else. */
export function coreOf(client: object): ClientCore {
  const core = cores.get(client)
  if (core) return core
  throw new ArgumentError('client', client, 'a KafkaClient')
}
