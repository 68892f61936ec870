import type { ConfigMap } from './broker-config'
import { faultOf } from './config-row'
import { topicConfigRows } from './synonyms'

/**
 * What is wrong with the configs that a topic would have, in Kafka's words, to go with INVALID_CONFIG; undefined when
 * nothing is. A null value is one.
 */
export function topicConfigFault(given: ReadonlyMap<string, string | null>): string | undefined {
  const nulls = [...given].filter(([, value]) => value === null).map(([name]) => name)
  if (nulls.length > 0) return `Null value not supported for topic configs: ${nulls.join(',')}`
  const unknown = [...given.keys()].find(name => !topicConfigRows.has(name))
  if (unknown !== undefined) return `Unknown topic config name: ${unknown}`
  const texts = given as ConfigMap
  return firstFault(texts) ?? lagFault(texts) ?? remoteFault(texts)
}

/** What is wrong with one value. */
export function validateTopicConfig(name: string, value: string): string | undefined {
  return topicConfigFault(new Map([[name, value]]))
}

function firstFault(given: ConfigMap): string | undefined {
  for (const [name, row] of topicConfigRows) {
    const value = given.get(name)
    const fault = value === undefined ? undefined : faultOf(name, row, value)
    if (fault !== undefined) return fault
  }
  return undefined
}

function lagFault(given: ConfigMap): string | undefined {
  const [least, most] = [given.get(minLag), given.get(maxLag)].map(value => value && BigInt(value.trim()))
  if (least === undefined || most === undefined || least <= most) return undefined
  return `conflict topic config setting ${minLag} (${least}) > ${maxLag} (${most})`
}
const minLag = 'min.compaction.lag.ms'
const maxLag = 'max.compaction.lag.ms'

/** There is no remote storage. */
function remoteFault(given: ConfigMap): string | undefined {
  return given.get('remote.storage.enable')?.trim().toLowerCase() === 'true'
    ? 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'
    : undefined
}
