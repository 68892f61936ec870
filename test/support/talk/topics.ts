import { Apis, type RequestOf, type ResponseOf } from '../../../src/protocol'
import { errorName } from './error-name'
import { eventually } from './eventually'
import { noTopicId, topicsOf, type ToldTopic } from './metadata'
import type { Talk } from './talk'

const { CreateTopics } = Apis

type Request = RequestOf<typeof CreateTopics>
export type Created = ResponseOf<typeof CreateTopics>['topics'][number]

/** A topic to be made; by default of one partition on one broker. */
export type TopicWish = { readonly name: string } & Partial<Request['topics'][number]>

/** Asks the first broker to make these topics, and returns the answers by name. */
export async function create(
  talk: Talk,
  version: number,
  wishes: readonly TopicWish[],
  changes: Partial<Omit<Request, 'topics'>> = {},
): Promise<ReadonlyMap<string, Created>> {
  const plain = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  const body = { topics: wishes.map(wish => ({ ...plain, ...wish })), timeoutMs: 8000, ...changes }
  const { topics } = await talk.request(CreateTopics, version, body)
  return new Map(topics.map(topic => [topic.name, topic]))
}

/** Name of the error with which one topic is refused, which then says why, or `NONE`. */
export async function refusal(talk: Talk, wish: TopicWish): Promise<string> {
  const answers = await create(talk, 7, [wish])
  const topic = answers.get(wish.name)
  if (topic && topic.errorCode !== 0) {
    const empty = topic.topicId === noTopicId && topic.numPartitions === -1 && topic.configs?.length === 0
    if (!topic.errorMessage || !empty) throw new Error(`an odd refusal: ${JSON.stringify(topic)}`)
  }
  return errorName(topic)
}

/** What the first broker tells of a topic once it is so, which it may be a moment after the answer to a change. */
export async function topicWhen(
  talk: Talk,
  name: string,
  wanted: (topic: ToldTopic) => boolean = topic => topic.errorCode === 0,
): Promise<ToldTopic> {
  return eventually(async () => (await topicsOf(talk, 10, [{ name }]))[0]!, wanted)
}
