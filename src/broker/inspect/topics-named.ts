/** Fields of requests that list topics, and fields that list what has such fields itself. */
const topicLists = ['topics', 'topicData', 'topicPartitions', 'topicNames']
const holderLists = ['groups', 'transactions']
const nameFields = ['name', 'topic', 'topicName']

type Fields = Readonly<Record<string, unknown>>
type NameOf = (topicId: string) => string | undefined

/**
 * The topics that a request names, each once, by name even where it says ids.
 *
 * @param nameOf the name of a topic id, if there is such a topic
 */
export function topicsNamed(body: unknown, nameOf: NameOf): readonly string[] {
  const here = listed(body, topicLists).flatMap(topic => nameIn(topic, nameOf))
  const within = listed(body, holderLists).flatMap(holder => topicsNamed(holder, nameOf))
  return [...new Set([...here, ...within])]
}

function listed(body: unknown, lists: readonly string[]): readonly unknown[] {
  // A group may be no more than its id.
  if (typeof body !== 'object' || body === null) return []
  const values = lists.map(list => (body as Fields)[list])
  return values.flatMap(value => (Array.isArray(value) ? (value as readonly unknown[]) : []))
}

function nameIn(topic: unknown, nameOf: NameOf): readonly string[] {
  if (typeof topic === 'string') return [topic]
  const fields = topic as Fields
  const names = [...nameFields.map(field => fields[field]), nameOf(String(fields['topicId']))]
  const name = names.find(value => typeof value === 'string' && value !== '')
  return name === undefined ? [] : [name as string]
}
