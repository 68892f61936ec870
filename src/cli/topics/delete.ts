import { UnsupportedError, type Clock, type KafkaClient } from 'rx-kafka'
import { Apis } from 'rx-kafka/protocol'
import { jsonText } from '../json-text'
import { everywhere } from './everywhere'
import { noId } from './no-id'
import { outcomeOf, type Outcome } from './outcome'

interface Context {
  readonly client: KafkaClient
  readonly timeoutMs: number
  readonly clock: Clock
}

/** `rx-kafka topics delete`: when it ends, the topics are gone. */
export async function deleteTopics(
  names: readonly string[],
  context: Context,
  json: boolean,
): Promise<Outcome> {
  const { responses } = await remove(names, context)
  const gone = responses.filter(({ errorCode }) => errorCode === 0).map(({ name }) => name ?? '')
  await everywhere(context, gone, 'gone')
  return outcomeOf(names, responses, ({ name }) => (json ? jsonText({ name }) : `deleted ${name ?? ''}`))
}

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
