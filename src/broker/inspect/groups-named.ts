import { Apis, type Api } from '../../protocol'
import { listed, resources, resourcesNamed } from './listed'

const idField = 'groupId'
const groupLists = ['groups', 'groupsNames']
const groupResource = 32
/** `keyType` of FindCoordinator for a group. */
const groupKey = 0

type Body = Readonly<Record<string, unknown>>

/** The consumer groups that a request names. */
export function groupsNamed(api: Api, body: unknown): readonly string[] {
  const fields = body as Body
  const listedIds = listed(body, groupLists).map(group =>
    typeof group === 'string' ? group : (group as Body)[idField],
  )
  const ids = [fields[idField], ...listedIds, ...resourcesNamed(body, groupResource), ...keys(api, fields)]
  return ids.filter((id): id is string => typeof id === 'string' && id !== '')
}

/** Whether requests of this API have a field that names groups, in any version. */
export function mayNameGroups(api: Api): boolean {
  return api === Apis.FindCoordinator || [idField, ...groupLists, resources].some(name => name in api.request)
}

/** One key in old versions, several in new ones. */
function keys(api: Api, { key, keyType, coordinatorKeys }: Body): readonly unknown[] {
  if (api !== Apis.FindCoordinator || keyType !== groupKey) return []
  return [key, ...(coordinatorKeys as readonly unknown[])]
}
