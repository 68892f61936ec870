import type { InheritingRow } from './inheriting-row'
import { topicConfigs } from './topic-configs'

/** The rows of the table, under names that come from outside. */
export const topicConfigRows: ReadonlyMap<string, InheritingRow> = new Map(Object.entries(topicConfigs))

/** The broker configs that say the same in other units, the finest first. */
export function synonymsOf(name: string): readonly string[] {
  return families.get(name) ?? [name]
}

const families = new Map(
  [...topicConfigRows.values()].flatMap(({ synonyms = [] }) => {
    const names = synonyms.map(({ name }) => name)
    return names.map(name => [name, names] as const)
  }),
)
