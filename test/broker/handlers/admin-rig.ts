import { BrokerRig } from '../broker-rig'
import type { EmbeddedKafkaOptions } from '../../../src/broker'
import { Apis, errorRow, type Api, type RequestOf, type ResponseOf } from '../../../src/protocol'
import { Asker } from './asker'

/** Brokers in memory, and questions to them about topics and configs. */
export class AdminRig {
  readonly rig: BrokerRig
  readonly #askers = new Map<number, Asker>()

  /** Without topics, unless they are asked for. */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<AdminRig> {
    return new AdminRig(await BrokerRig.start({ topics: {}, ...options }))
  }

  constructor(rig: BrokerRig) {
    this.rig = rig
  }

  get kafka() {
    return this.rig.kafka
  }

  /** The answer of a broker, by default the first. */
  ask<A extends Api>(api: A, version: number, body: RequestOf<A>, broker = 1): Promise<ResponseOf<A>> {
    const known = this.#askers.get(broker)
    const asker =
      known ??
      new Asker(
        this.rig,
        this.kafka.brokers.find(({ id }) => id === broker),
      )
    this.#askers.set(broker, asker)
    return asker.ask(api, version, body)
  }

  /** CreateTopics, each topic of one partition on one broker unless it says otherwise. */
  async create(topics: readonly WantedTopic[], more: { validateOnly?: boolean; timeoutMs?: number } = {}) {
    const plain = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const body = { topics: topics.map(topic => ({ ...plain, ...topic })), timeoutMs: 5000, ...more }
    const answer = await this.ask(Apis.CreateTopics, 7, { validateOnly: false, ...body })
    return answer.topics
  }

  /** Until every broker has heard of what was changed. */
  async settle(): Promise<void> {
    await this.rig.clock.advance(10)
  }

  close(): Promise<void> {
    return this.rig.close()
  }
}

export type WantedTopic = { readonly name: string } & Partial<
  RequestOf<typeof Apis.CreateTopics>['topics'][number]
>

/** `CODE message`, as the answer has them. */
export function told(answer: { readonly errorCode: number; readonly errorMessage?: string | null }): string {
  return `${errorRow(answer.errorCode).name} ${answer.errorMessage}`
}

export const configsOf = (given: Record<string, string | null>) =>
  Object.entries(given).map(([name, value]) => ({ name, value }))

export const noTopicId = 'AAAAAAAAAAAAAAAAAAAAAA'
