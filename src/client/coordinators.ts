import { brokerError, type FindCoordinator, type FindCoordinatorResponse } from '../protocol'
import type { Answer } from './broker'
import type { BrokerNode } from './cluster'
import { coordinatorTypes, type CoordinatorType } from './routes'

interface CoordinatorsContext {
  /** Asks any broker once. */
  readonly ask: (type: number, key: string, what: string) => Promise<Answer<typeof FindCoordinator>>
  readonly learn: (node: BrokerNode) => void
}

/** Which broker coordinates a group or a transactional id; concurrent questions for one share a request. */
export class Coordinators {
  readonly #context: CoordinatorsContext
  readonly #known = new Map<string, number>()
  readonly #asking = new Map<string, Promise<number>>()

  constructor(context: CoordinatorsContext) {
    this.#context = context
  }

  /** Node id of the coordinator, from memory or from any broker. Raises the broker's error code as BrokerError. */
  find(type: CoordinatorType, key: string): Promise<number> {
    const id = idOf(type, key)
    const known = this.#known.get(id)
    if (known !== undefined) return Promise.resolve(known)
    const asking = this.#asking.get(id)
    if (asking) return asking
    const question = this.#ask(type, key).finally(() => this.#asking.delete(id))
    this.#asking.set(id, question)
    return question
  }

  forget(type: CoordinatorType, key: string): void {
    this.#known.delete(idOf(type, key))
  }

  async #ask(type: CoordinatorType, key: string): Promise<number> {
    const what = `coordinator of ${type} ${key}`
    const { response, broker } = await this.#context.ask(coordinatorTypes[type], key, what)
    const found = coordinatorIn(response!)
    if (found.errorCode !== 0) {
      throw brokerError(
        found.errorCode,
        `FindCoordinator -> ${broker.name}, ${type} ${key}`,
        found.errorMessage,
      )
    }
    this.#context.learn({ id: found.nodeId, host: found.host, port: found.port, rack: null })
    this.#known.set(idOf(type, key), found.nodeId)
    return found.nodeId
  }
}

function idOf(type: CoordinatorType, key: string): string {
  return `${type}:${key}`
}

/** Versions from 4 on answer with a list, older ones with the one coordinator itself. */
function coordinatorIn(response: FindCoordinatorResponse): FindCoordinatorResponse['coordinators'][number] {
  return response.coordinators[0] ?? { ...response, key: '' }
}
