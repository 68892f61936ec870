import { Apis, errorCode } from '../../protocol'
import type { Call } from './call'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'

/** Removes groups without members, and what they have committed. */
export const deleteGroups = defineHandler(Apis.DeleteGroups, {
  async handle({ groupsNames }, call) {
    const results = await Promise.all(groupsNames.map(groupId => deleteGroup(groupId, call)))
    return { throttleTimeMs: 0, results }
  },

  refuse: ({ groupsNames }, code) => ({
    throttleTimeMs: 0,
    results: groupsNames.map(groupId => ({ groupId, errorCode: code })),
  }),
})

async function deleteGroup(groupId: string, call: Call) {
  const error = groupRefusal(groupId, call) ?? (await call.cluster.groups.delete(groupId))
  return { groupId, errorCode: errorCode(error) }
}
