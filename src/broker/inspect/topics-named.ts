import type { Api, Fields } from '../../protocol'
import { listed, resources, resourcesNamed } from './listed'

/** Fields of requests that list topics, and fields that list what has such fields itself. */
const topicLists = ['topics', 'topicData', 'topicPartitions', 'topicNames']
const holderLists = ['groups', 'transactions']
const nameFields = ['name', 'topic', 'topicName']
const topicResource = 2

type Body = Readonly<Record<string, unknown>>
type NameOf = (topicId: string) => string | undefined

/**
 * The topics that a request names, each once, by name even where it says ids.
 *
 * @param nameOf the name of a topic id, if there is such a topic
 */
export function topicsNamed(body: unknown, nameOf: NameOf): readonly string[] {
  const here = listed(body, topicLists).flatMap(topic => nameIn(topic, nameOf))
  const within = listed(body, holderLists).flatMap(holder => topicsNamed(holder, nameOf))
  return [...new Set([...here, ...within, ...resourcesNamed(body, topicResource)])]
}

/** Whether requests of this API have a field that names topics, in any version. */
export function mayNameTopics({ request }: Api): boolean {
  return nameTopics(request)
}

function nameTopics(fields: Fields): boolean {
  if ([...topicLists, resources].some(list => list in fields)) return true
  return holderLists.some(list => {
    const type = fields[list]?.type
    return type?.kind === 'array' && type.element.kind === 'struct' && nameTopics(type.element.fields)
  })
}

function nameIn(topic: unknown, nameOf: NameOf): readonly string[] {
  if (typeof topic === 'string') return [topic]
  const fields = topic as Body
  const names = [...nameFields.map(field => fields[field]), nameOf(String(fields['topicId']))]
  const name = names.find(value => typeof value === 'string' && value !== '')
  return name === undefined ? [] : [name as string]
}
