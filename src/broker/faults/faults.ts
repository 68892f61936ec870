import { ArgumentError, type Random } from '../../kernel'
import type { Api } from '../../protocol'
import { checkApi, type SeenRequest } from '../inspect'
import {
  checkedConditions,
  hold,
  type CheckedConditions,
  type FaultConditions,
  type Known,
} from './conditions'
import { checkFault } from './check-fault'
import { failureOf, Failures } from './failures'
import type { Fault } from './fault-run'

/** A fault that was set. */
export interface SetFault {
  /** How often it struck. */
  readonly hits: number
  /**
   * What it threw first, or its condition `when` did. Also a process warning, and what the next `kafka.until` rejects
   * with, or else `kafka.close`. A fault whose condition failed strikes no more.
   */
  readonly failure: Error | undefined
  /** It strikes no more. */
  remove(): void
}

interface Entry extends SetFault {
  hits: number
  failure: Error | undefined
  /** Who set it for what, such as `faults.on Produce`. */
  readonly where: string
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

/** A fault that strikes a request. */
export interface Strike {
  readonly fault: Fault
  /** Takes down that it failed. */
  readonly failed: (error: unknown) => void
}

let strikeOf: (faults: Faults, request: SeenRequest) => Strike | undefined
let takeFailureOf: (faults: Faults) => Error | undefined
let unmetOf: (faults: Faults) => readonly string[]

/** The faults of a cluster, by API. Of several that would strike a request the one set first does. */
export class Faults {
  readonly #parts: FaultsParts
  readonly #failures = new Failures()
  #entries: Entry[] = []

  static {
    // Whoever holds the faults of a cluster sets them; only its brokers are struck, and only it tells what failed.
    strikeOf = (faults, request) => faults.#strike(request)
    takeFailureOf = faults => faults.#failures.take()
    unmetOf = faults => faults.#entries.filter(({ hits }) => hits === 0).map(({ where }) => where)
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
      failure: undefined,
      where: `faults.${method} ${api.name}`,
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
    checkApi(`faults.${method} api`, api)
    if (!this.#parts.serves(api))
      throw new ArgumentError(`faults.${method} api`, api.name, 'an API that this cluster serves')
  }

  #strike(request: SeenRequest): Strike | undefined {
    const entry = this.#entries.find(one => one.api === request.api.key && this.#holds(one, request))
    if (entry === undefined) return undefined
    entry.hits++
    if (entry.hits === entry.conditions.times) entry.remove()
    const failed = (error: unknown): void => this.#failed(entry, failureOf(entry.where, 'fault', error))
    return { fault: entry.fault, failed }
  }

  #holds(entry: Entry, request: SeenRequest): boolean {
    try {
      return hold(request, entry.conditions, this.#parts.random)
    } catch (error) {
      // Asked again it would fail again, for every request.
      entry.remove()
      this.#failed(entry, failureOf(entry.where, 'option when', error))
      throw error
    }
  }

  /** Of each fault the first failure is told. */
  #failed(entry: Entry, failure: Error): void {
    if (entry.failure !== undefined) return
    entry.failure = failure
    this.#failures.add(failure)
  }
}

/** The fault that strikes this request, which counts as a hit. Throws what a condition throws. */
export function strike(faults: Faults, request: SeenRequest): Strike | undefined {
  return strikeOf(faults, request)
}

/** The first failure of a fault that nobody was told of yet. */
export function takeFailure(faults: Faults): Error | undefined {
  return takeFailureOf(faults)
}

/** The faults that are set and that no request has met, such as `faults.on Produce`. */
export function unmet(faults: Faults): readonly string[] {
  return unmetOf(faults)
}
