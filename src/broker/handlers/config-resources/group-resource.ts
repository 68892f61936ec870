import { GroupConfig, groupConfigFault, groupConfigRows } from '../../configs'
import { refusal } from '../refusal'
import { listFault } from './list-change'
import type { ConfigResource } from './resource'

/** Any group has configs, there or not. */
export const groupResource: ConfigResource = {
  rows: groupConfigRows,

  describe(name, { cluster }) {
    if (name === '') return refusal('INVALID_REQUEST', 'Group name must not be empty')
    return new GroupConfig(cluster.groupConfigs.get(name) ?? new Map(), cluster.config).entries()
  },

  get: (name, { cluster }) => cluster.groupConfigs.get(name) ?? new Map(),

  listFault,

  nameFault(name) {
    return name === '' ? refusal('INVALID_REQUEST', 'Default group resources are not allowed.') : undefined
  },

  changeFault(_name, { next }, { cluster }) {
    const fault = groupConfigFault(next, cluster.config)
    return fault === undefined ? undefined : refusal('INVALID_CONFIG', fault)
  },

  set(name, next, { cluster }) {
    if (next.size === 0) cluster.groupConfigs.delete(name)
    else cluster.groupConfigs.set(name, next)
  },

  list: ({ cluster }) => [...cluster.groupConfigs.keys()],
}
