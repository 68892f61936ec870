import { Apis, type RequestOf } from '../../../src/protocol'
import { eventually } from './eventually'
import type { Talk } from './talk'

const { DescribeConfigs } = Apis

/** Kinds of what has settings. */
export const resource = { topic: 2, broker: 4, logger: 8, metrics: 16, group: 32 } as const

/** Where a value comes from. */
export const source = { topic: 1, broker: 2, allBrokers: 3, brokerFile: 4, default: 5 } as const

/** How IncrementalAlterConfigs changes a value. */
export const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/** Describes one resource to the first broker. */
export async function describe(
  talk: Talk,
  resourceType: number,
  resourceName: string,
  configurationKeys: string[] | null = null,
  {
    version = 4,
    ...changes
  }: { readonly version?: number } & Partial<RequestOf<typeof DescribeConfigs>> = {},
) {
  const resources = [{ resourceType, resourceName, configurationKeys }]
  const { results } = await talk.request(DescribeConfigs, version, { resources, ...changes })
  if (results.length !== 1) throw new Error(`one result was expected, got ${results.length}`)
  return results[0]!
}

/** What was set for a topic itself, once it is as expected; `name=value` in the order of the names. */
export async function topicSettings(talk: Talk, topic: string, expected: readonly string[]): Promise<void> {
  const ask = async () => {
    const { configs } = await describe(talk, resource.topic, topic)
    const own = configs.filter(({ configSource }) => configSource === source.topic)
    return own.map(({ name, value }) => `${name}=${value}`).sort()
  }
  await eventually(ask, settings => settings.join() === expected.join())
}
