import { asKafkaError, type KafkaError } from '../kernel'
import { pause, retryPause, type ClientCore, type Cluster } from '../client'
import type { TopicTroubles } from './topic-troubles'

/** Something that metadata has to tell of a topic. */
export interface Wanted {
  readonly client: ClientCore
  readonly troubles: TopicTroubles
  readonly topic: string
  /** For texts: what is waited for and what may be done. */
  readonly advice: string
  /** Aborts when nobody waits any more at all. */
  readonly abandoned: AbortSignal
  readonly ask: () => Promise<Cluster>
  readonly isWaitedFor: () => boolean
  /** Why it is not there; undefined when it is. */
  readonly missing: (cluster: Cluster) => KafkaError | undefined
  /** Told of each failure. */
  readonly failed: (error: KafkaError) => void
}

/** Asks until it is there, or nobody waits for it any more. Raises an error that no waiting mends. */
export async function untilThere(wanted: Wanted): Promise<void> {
  const { client, troubles, topic, abandoned, isWaitedFor, failed, advice } = wanted
  const { settings } = client
  try {
    for (let attempt = 0; isWaitedFor(); attempt++) {
      const failure = await askedOnce(wanted)
      if (failure === undefined || !isWaitedFor()) return
      if (!failure.retriable) throw failure
      failed(failure)
      troubles.goesOn(topic, wanted, () => `${advice}: ${failure.message}`)
      await pause(settings.clock, retryPause(settings, attempt), abandoned)
    }
  } finally {
    troubles.ended(topic, wanted)
  }
}

async function askedOnce({ ask, missing, topic }: Wanted): Promise<KafkaError | undefined> {
  try {
    return missing(await ask())
  } catch (error) {
    return asKafkaError(error, `metadata of ${topic}`)
  }
}
