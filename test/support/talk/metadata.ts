import { Apis, type RequestOf, type ResponseOf } from '../../../src/protocol'
import { eventually } from './eventually'
import type { Talk } from './talk'

const { Metadata } = Apis

export type ToldTopic = ResponseOf<typeof Metadata>['topics'][number]

/** What groups commit is in it. */
export const offsetsTopic = '__consumer_offsets'

/** What stands where there is no topic id. */
export const noTopicId = 'AAAAAAAAAAAAAAAAAAAAAA'

/** What the first broker tells of these topics; it creates none unless that is wanted, or the version cannot say so. */
export async function topicsOf(
  talk: Talk,
  version: number,
  topics: RequestOf<typeof Metadata>['topics'],
  allowAutoTopicCreation = false,
): Promise<readonly ToldTopic[]> {
  const leave = version >= 4 ? { allowAutoTopicCreation } : {}
  return (await talk.request(Metadata, version, { topics, ...leave })).topics
}

/** Asks for a topic that is to be created in passing: the first answer, and the one by which it has its leader. */
export async function autoCreation(
  talk: Talk,
  version: number,
  name: string,
): Promise<{ readonly first: ToldTopic; readonly topic: ToldTopic }> {
  const ask = async (create: boolean) => (await topicsOf(talk, version, [{ name }], create))[0]!
  const first = await ask(true)
  return {
    first,
    topic: await eventually(
      () => ask(false),
      ({ errorCode }) => errorCode === 0,
    ),
  }
}
