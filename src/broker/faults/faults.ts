import { ArgumentError, type Random } from '../../kernel'
import type { Api } from '../../protocol'
import type { SeenRequest } from '../inspect'
import {
  checkedConditions,
  hold,
  type CheckedConditions,
  type FaultConditions,
  type Known,
} from './conditions'
import { checkFault } from './check-fault'
import type { Fault } from './fault-run'

/** A fault that was set. */
export interface SetFault {
  /** How often it struck. */
  readonly hits: number
  /** It strikes no more. */
  remove(): void
}

interface Entry extends SetFault {
  hits: number
  readonly api: number
  readonly fault: Fault
  readonly conditions: CheckedConditions
}

/** What the faults of a cluster are judged by. */
export interface FaultsParts extends Known {
  readonly random: Random
  /** Whether the brokers serve this API. */
  readonly serves: (api: Api) => boolean
}

let strikeOf: (faults: Faults, request: SeenRequest) => Fault | undefined

/** The faults of a cluster, by API. Of several that would strike a request the one set first does. */
export class Faults {
  readonly #parts: FaultsParts
  #entries: Entry[] = []

  static {
    // Whoever holds the faults of a cluster sets them; only its brokers are struck.
    strikeOf = (faults, request) => faults.#strike(request)
  }

  constructor(parts: FaultsParts) {
    this.#parts = parts
  }

  /**
   * From now on requests of this API meet the fault, whenever the conditions hold.
   *
   * Throws an ArgumentError for what cannot be, and for what would never strike: an API that the cluster does not
   * serve, a condition that is misspelt or that no request of the API can fulfil.
   */
  on<A extends Api>(api: A, fault: Fault, conditions: FaultConditions<A> = {}): SetFault {
    return this.#set('on', api, fault, conditions)
  }

  /** The next request of this API meets the fault. Throws as `on` does. */
  once<A extends Api>(api: A, fault: Fault, conditions: Omit<FaultConditions<A>, 'times'> = {}): SetFault {
    return this.#set('once', api, fault, conditions)
  }

  /** Removes them all. */
  clear(): void {
    this.#entries = []
  }

  #set(method: 'on' | 'once', api: Api, fault: Fault, given: object): SetFault {
    this.#checkApi(method, api)
    checkFault(`faults.${method} fault`, api, fault)
    const entry: Entry = {
      hits: 0,
      api: api.key,
      fault,
      conditions: checkedConditions(method, api, given, this.#parts),
      remove: () => {
        this.#entries = this.#entries.filter(other => other !== entry)
      },
    }
    this.#entries.push(entry)
    return entry
  }

  #checkApi(method: string, api: unknown): void {
    if (typeof (api as Partial<Api> | null | undefined)?.key !== 'number')
      throw new ArgumentError(
        `faults.${method} api`,
        api,
        'one of Apis of rx-kafka/protocol, such as Apis.Produce',
      )
    const { name } = api as Api
    if (!this.#parts.serves(api as Api))
      throw new ArgumentError(`faults.${method} api`, name, 'an API that this cluster serves')
  }

  #strike(request: SeenRequest): Fault | undefined {
    const entry = this.#entries.find(
      ({ api, conditions }) => api === request.api.key && hold(request, conditions, this.#parts.random),
    )
    if (entry === undefined) return undefined
    entry.hits++
    if (entry.hits === entry.conditions.times) entry.remove()
    return entry.fault
  }
}

/**
 * The fault that strikes this request, which counts as a hit. Throws what a condition throws.
 */
export function strike(faults: Faults, request: SeenRequest): Fault | undefined {
  return strikeOf(faults, request)
}
