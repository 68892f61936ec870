import { asKafkaError, BrokerError, KafkaError, TimeoutError } from '../kernel'
import { pause, retryPause, type Call, type ClientCore, type Cluster } from '../client'

/** Something that metadata has to tell of a topic. */
export interface Wanted {
  readonly client: ClientCore
  readonly topic: string
  /** What may be waited for it, in ms, for texts. */
  readonly maxBlockMs: number
  readonly ask: () => Promise<Cluster>
  /** Why it is not there; undefined when it is. */
  readonly missing: (cluster: Cluster) => KafkaError | undefined
}

/** Asks until it is there. Raises an error that no waiting mends at once, and else the last one when time is up. */
export async function untilThere(wanted: Wanted, call: Call): Promise<void> {
  const { settings } = wanted.client
  const { clock } = settings
  for (let attempt = 0; ; attempt++) {
    const failure = await askedOnce(wanted, call)
    if (failure === undefined) return
    if (!failure.retriable) throw failure
    const pauseMs = retryPause(settings, attempt)
    if (call.signal.aborted || clock.monotonic() + pauseMs >= call.deadline) throw outOfTime(wanted, failure)
    await pause(clock, pauseMs, call.signal)
  }
}

async function askedOnce({ client, ask, missing }: Wanted, call: Call): Promise<KafkaError | undefined> {
  try {
    return missing(await client.router.metadata.within(call, ask()))
  } catch (error) {
    return asKafkaError(error, call.what)
  }
}

function outOfTime({ topic, maxBlockMs }: Wanted, last: KafkaError): KafkaError {
  if (last instanceof BrokerError) return last
  const cause = last.cause instanceof KafkaError ? last.cause : last
  return new TimeoutError('metadata', maxBlockMs, `metadata of ${topic} (last: ${cause.message})`, { cause })
}
