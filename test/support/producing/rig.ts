import { KafkaClient, Producer, type ProducerEvent, type ProducerOptions } from '../../../src'
import type { ContractContext } from '../contract'

export interface ProducingRig {
  readonly client: KafkaClient
  readonly producer: Producer
  readonly topic: string
}

/** A producer and a topic for one case, closed when it ends. */
export async function withProducer(
  ctx: ContractContext,
  { partitions = 1, ...options }: ProducerOptions & { readonly partitions?: number },
  work: (rig: ProducingRig) => Promise<void>,
): Promise<void> {
  const topic = await ctx.uniqueTopic(partitions)
  const client = new KafkaClient(ctx.bootstrap, { clientId: 'contract' })
  try {
    await work({ client, producer: new Producer(client, options), topic })
  } finally {
    await client.close()
  }
}

/** What a producer tells from now on. */
export function eventsOf<T extends ProducerEvent['type']>(
  { events$ }: Producer,
  ...types: readonly T[]
): Extract<ProducerEvent, { readonly type: T }>[] {
  const events: Extract<ProducerEvent, { readonly type: T }>[] = []
  const isWanted = (event: ProducerEvent): event is Extract<ProducerEvent, { readonly type: T }> =>
    (types as readonly string[]).includes(event.type)
  events$.subscribe({ next: event => void (isWanted(event) && events.push(event)) })
  return events
}

export const numbered = (count: number, what = 'message') =>
  Array.from({ length: count }, (_, i) => `${what} ${i}`)
