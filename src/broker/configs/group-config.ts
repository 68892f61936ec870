import type { BrokerConfig, ConfigMap } from './broker-config'
import { configSources } from './config-entry'
import { faultOf } from './config-row'
import { readConfig } from './config-type'
import { groupConfigRows, type groupConfigs } from './group-configs'
import { InheritedConfig } from './inherited-config'

/** What one group has set itself, over what the brokers give every group. */
export class GroupConfig extends InheritedConfig<typeof groupConfigs> {
  /** @param overrides known names and values that can be read: see `groupConfigFault` */
  constructor(overrides: ConfigMap, broker: BrokerConfig) {
    super({ rows: groupConfigRows, source: configSources.group }, overrides, broker)
  }
}

/** What is wrong with the configs that a group would have, in Kafka's words; undefined when nothing is. */
export function groupConfigFault(given: ConfigMap, broker: BrokerConfig): string | undefined {
  const unknown = [...given.keys()].find(name => !groupConfigRows.has(name))
  if (unknown !== undefined) return `Unknown group config name: ${unknown}`
  for (const [name, row] of groupConfigRows) {
    const value = given.get(name)
    const fault =
      value === undefined ? undefined : (faultOf(name, row, value) ?? rangeFault(name, value, broker))
    if (fault !== undefined) return fault
  }
  return undefined
}

/** The brokers set how far groups may go. */
function rangeFault(name: string, text: string, broker: BrokerConfig): string | undefined {
  const value = readConfig('INT', text)!
  const [least, most] = ['min', 'max'].map(end => name.replace('consumer.', `group.consumer.${end}.`))
  if (value < Number(broker.value(least!))) return `${name} must be greater than or equal to ${least}`
  return value > Number(broker.value(most!)) ? `${name} must be less than or equal to ${most}` : undefined
}
