import { UnsupportedError, type KafkaClient } from 'rx-kafka'
import { Apis } from 'rx-kafka/protocol'
import { jsonText } from '../json-text'
import { outcomeOf, type Outcome } from './outcome'

interface Context {
  readonly client: KafkaClient
  readonly timeoutMs: number
}

/** `rx-kafka topics delete`. */
export async function deleteTopics(
  names: readonly string[],
  context: Context,
  json: boolean,
): Promise<Outcome> {
  const { responses } = await remove(names, context)
  return outcomeOf(responses, ({ name }) => (json ? jsonText({ name }) : `deleted ${name ?? ''}`))
}

const noId = 'AAAAAAAAAAAAAAAAAAAAAA'

/** Brokers before 2.8 know topics to delete by name only, in a field of its own. */
async function remove(names: readonly string[], { client, timeoutMs }: Context) {
  try {
    const topics = names.map(name => ({ name, topicId: noId }))
    return await client.request(Apis.DeleteTopics, { topics, timeoutMs })
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    return client.request(Apis.DeleteTopics, { topicNames: names, timeoutMs })
  }
}
