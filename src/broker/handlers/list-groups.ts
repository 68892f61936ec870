import { Apis } from '../../protocol'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'

/** The groups that the broker coordinates. */
export const listGroups = defineHandler(Apis.ListGroups, {
  handle({ statesFilter, typesFilter }, call) {
    const listed = call.cluster.groups.list({ states: statesFilter, types: typesFilter })
    const own = listed.filter(({ groupId }) => groupRefusal(groupId, call) === undefined)
    return {
      errorCode: 0,
      groups: own.map(({ groupId, protocolType, state, type }) => ({
        groupId,
        protocolType,
        groupState: state,
        groupType: type,
      })),
    }
  },

  refuse: (_request, code) => ({ errorCode: code, groups: [] }),
})
