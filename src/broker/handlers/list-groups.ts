import { Apis } from '../../protocol'
import type { ListedGroup } from '../groups'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'
import { codeOf } from './lookup'

/** The groups that the broker coordinates; none at all while it is still loading some of them. */
export const listGroups = defineHandler(Apis.ListGroups, {
  handle({ statesFilter, typesFilter }, call) {
    const all = call.cluster.groups.list({ states: statesFilter, types: typesFilter })
    const rows = all.map(group => ({ group, refusal: groupRefusal(group.groupId, call) }))
    const loading = rows.find(({ refusal }) => refusal === 'COORDINATOR_LOAD_IN_PROGRESS')
    if (loading) return { errorCode: codeOf(loading.refusal), groups: [] }
    const own = rows.filter(({ refusal }) => refusal === undefined)
    return { errorCode: 0, groups: own.map(({ group }) => rowOf(group)) }
  },

  refuse: (_request, code) => ({ errorCode: code, groups: [] }),
})

function rowOf({ groupId, protocolType, state, type }: ListedGroup) {
  return { groupId, protocolType, groupState: state, groupType: type }
}
