import type { Observable } from 'rxjs'
import {
  ConsumerGroup,
  KafkaClient,
  seededRandom,
  VirtualClock,
  type ConsumerEvent,
  type ConsumerGroupOptions,
} from '../../src'
import { EmbeddedKafka } from '../../src/broker'
import { MemoryNetwork } from '../../src/network'

export const partitions = 4

/** A member of the group, and what it told. */
export class Member {
  readonly group: ConsumerGroup
  readonly events: ConsumerEvent[] = []
  readonly errors: unknown[] = []

  constructor(client: KafkaClient, topic: string, options: ConsumerGroupOptions) {
    this.group = new ConsumerGroup(client, 'billing', topic, {
      autoOffsetReset: 'earliest',
      rebalanceTimeoutMs: 20_000,
      maxBatchMessages: 10,
      ...options,
    })
    this.group.events$.subscribe(event => void this.events.push(event))
  }

  get owned(): readonly number[] {
    return this.group.assignment.map(({ partition }) => partition).sort()
  }

  of<E extends ConsumerEvent['type']>(type: E): readonly Extract<ConsumerEvent, { type: E }>[] {
    return this.events.filter(event => event.type === type) as Extract<ConsumerEvent, { type: E }>[]
  }

  count(type: ConsumerEvent['type']): number {
    return this.of(type).length
  }

  run(stream: Observable<unknown>) {
    return stream.subscribe({ error: (error: unknown) => this.errors.push(error) })
  }
}

/** A cluster with so many messages in each partition, whose time stands still; members come as they are asked for. */
export async function start(messages: number) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const random = seededRandom(1)
  const kafka = await EmbeddedKafka.start({
    topics: { orders: { partitions } },
    config: { 'auto.create.topics.enable': false },
    ...{ network, clock, random },
  })
  for (let partition = 0; partition < partitions; partition++)
    kafka
      .partition('orders', partition)
      .append(Array.from({ length: messages }, (_, i) => ({ value: `${partition}:${i}` })))
  const clients: KafkaClient[] = []
  const member = (topic = 'orders', options: ConsumerGroupOptions = {}): Member => {
    const client = new KafkaClient(kafka.bootstrap, { ...kafka.clientOptions, random })
    clients.push(client)
    return new Member(client, topic, options)
  }
  const end = async (): Promise<void> => {
    await clock.outcomeOf(Promise.all(clients.map(client => client.close({ timeoutMs: 100 }))))
    await kafka.close()
  }
  const pause = (ms: number) => new Promise<void>(resolve => clock.after(ms, resolve))
  return { clock, kafka, member, pause, end }
}

/** Whether these have all partitions, as many each. */
export const divided =
  (...members: readonly Member[]) =>
  (): boolean =>
    members.every(({ owned }) => owned.length === partitions / members.length)
