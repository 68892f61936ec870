import { KafkaError, type Clock, type KafkaClient } from 'rx-kafka'
import { Apis, errorCode, type MetadataResponse } from 'rx-kafka/protocol'

interface Context {
  readonly client: KafkaClient
  readonly clock: Clock
}

/** News travels in some ms; who has not heard it by then is not waited for. */
const patienceMs = 3000
const pauseMs = 50

/** Waits until each broker knows that the topics are there, or gone, so that the next command may ask any of them. */
export async function everywhere(
  { client, clock }: Context,
  names: readonly string[],
  state: 'there' | 'gone',
): Promise<void> {
  const deadline = clock.monotonic() + patienceMs
  const isKnown = state === 'there' ? isThere : isGone
  const waitFor = async (broker: number) => {
    const topics = names.map(name => ({ name }))
    for (;;) {
      const options = { broker, timeoutMs: patienceMs }
      const answer = await client.request(Apis.Metadata, { topics, allowAutoTopicCreation: false }, options)
      if (answer.topics.every(isKnown) || clock.monotonic() > deadline) return
      await new Promise<void>(resolve => void clock.after(pauseMs, resolve))
    }
  }
  await Promise.all([...client.cluster.brokers.keys()].map(broker => waitFor(broker).catch(ignored)))
}

type Told = MetadataResponse['topics'][number]

function isThere({ errorCode: code, partitions }: Told): boolean {
  return code === 0 && partitions.every(({ leaderId }) => leaderId >= 0)
}

function isGone({ errorCode: code }: Told): boolean {
  return code === errorCode('UNKNOWN_TOPIC_OR_PARTITION')
}

/** The work is done: a broker that does not answer, or is too old to be asked so, makes no failure of it. */
function ignored(error: unknown): void {
  if (!(error instanceof KafkaError)) throw error
}
