import { ArgumentError, type Random } from '../../kernel'
import type { Api, ReceivedRequestOf } from '../../protocol'
import type { Fault, SeenRequest } from './run'

/** When a fault strikes; every condition must hold. Without any it strikes each time. */
export interface FaultConditions<A extends Api = Api> {
  /** At most so often; default without end. */
  readonly times?: number | undefined
  /** Only at this broker. */
  readonly broker?: number | undefined
  /** Only requests that name this topic, whatever else they name. */
  readonly topic?: string | undefined
  readonly when?: ((request: SeenRequest<ReceivedRequestOf<A>>) => boolean) | undefined
  /** From 0 to 1, by the broker's `random`; default 1. */
  readonly probability?: number | undefined
}

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
  readonly conditions: FaultConditions
}

/** The faults of a cluster, by API. Of several that would strike a request the one set first does. */
export class Faults {
  readonly #random: Random
  #entries: Entry[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /**
   * From now on requests of this API meet the fault, whenever the conditions hold.
   *
   * Throws an ArgumentError for conditions that cannot be.
   */
  on<A extends Api>(api: A, fault: Fault, conditions: FaultConditions<A> = {}): SetFault {
    check(api, fault, conditions)
    const entry: Entry = {
      hits: 0,
      api: api.key,
      fault,
      // The entry forgets the API's type; it is only asked about requests of that key.
      conditions: conditions,
      remove: () => {
        this.#entries = this.#entries.filter(other => other !== entry)
      },
    }
    this.#entries.push(entry)
    return entry
  }

  /** The next request of this API meets the fault. */
  once<A extends Api>(api: A, fault: Fault, conditions: Omit<FaultConditions<A>, 'times'> = {}): SetFault {
    return this.on(api, fault, { ...conditions, times: 1 })
  }

  /** Removes them all. */
  clear(): void {
    this.#entries = []
  }

  /** The fault that strikes this request, which counts as a hit. */
  strike(request: SeenRequest): Fault | undefined {
    const entry = this.#entries.find(candidate => this.#hits(candidate, request))
    if (entry === undefined) return undefined
    entry.hits++
    if (entry.hits === entry.conditions.times) entry.remove()
    return entry.fault
  }

  #hits({ api, conditions }: Entry, request: SeenRequest): boolean {
    const { broker = request.broker, topic, when, probability = 1 } = conditions
    if (api !== request.api.key || broker !== request.broker) return false
    if (topic !== undefined && !request.topics.includes(topic)) return false
    // The body's type belongs to the key that was just compared.
    if (when !== undefined && !when(request as never)) return false
    return probability >= 1 || this.#random() < probability
  }
}

function check(api: unknown, fault: unknown, { times, probability }: FaultConditions): void {
  if (typeof (api as Partial<Api> | undefined)?.key !== 'number')
    throw new ArgumentError('faults.on api', api, 'one of Apis of rx-kafka/protocol, such as Apis.Produce')
  if (typeof fault !== 'function')
    throw new ArgumentError('faults.on fault', fault, 'a fault, such as dropAnswer()')
  if (times !== undefined && !(Number.isInteger(times) && times > 0))
    throw new ArgumentError('faults.on times', times, 'a whole number from 1')
  if (probability !== undefined && !(probability >= 0 && probability <= 1))
    throw new ArgumentError('faults.on probability', probability, 'a number from 0 to 1')
}
