import type { ConfigRow, ConfigTable } from '../config-row'
import { readConfig, type ConfigType } from '../config-type'
import { controllerConfigs } from './controller'
import { groupsConfigs } from './groups'
import { remoteStorageConfigs } from './remote-storage'
import { securityConfigs } from './security'
import { serverConfigs } from './server'

/**
 * What Kafka 4.3 has besides: the embedded broker takes it, tells it and goes on as before. Each line has name, type,
 * default (`-` for none, `''` for an empty one) and a star where it may change while the broker runs.
 */
const lines = [serverConfigs, controllerConfigs, groupsConfigs, remoteStorageConfigs, securityConfigs]

export const configsWithoutEffect: ConfigTable = Object.fromEntries(
  lines.flatMap(text => text.trim().split('\n').map(rowOf)),
)

function rowOf(line: string): [string, ConfigRow] {
  const [name, type, fallback, star] = line.trim().split(' ') as [string, ConfigType, string, string?]
  const row = { type, fallback: fallbackOf(type, fallback), documentation: null }
  return [name, star === undefined ? row : { ...row, dynamic: true }]
}

function fallbackOf(type: ConfigType, text: string): ConfigRow['fallback'] {
  if (text === '-') return null
  return readConfig(type, text === "''" ? '' : text)!
}
