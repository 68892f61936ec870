import type { ClassicGroup } from './classic-group'
import { passTime } from './expiry'
import type { GroupEvent, Reduced } from './group-event'
import { GroupTurn } from './group-turn'
import { commit, heartbeat } from './heartbeat'
import { join } from './join'
import { leave } from './leave'
import { deleteGroup, deleteOffsets, unload } from './removal'
import type { GroupSettings } from './settings'
import { sync } from './sync'

/** What an event makes of a group at a time (ms of the clock's `now`). Pure: neither the group nor the event changes. */
export type GroupRules = (
  group: ClassicGroup,
  event: GroupEvent,
  now: number,
  settings: GroupSettings,
) => Reduced

/** Classic groups as Kafka 4.3 has them. */
export const defaultGroupRules: GroupRules = (group, event, now, settings) => {
  const turn = new GroupTurn(group, now, settings)
  apply(turn, event)
  return turn.end()
}

function apply(turn: GroupTurn, event: GroupEvent): void {
  switch (event.type) {
    case 'join':
      return join(turn, event)
    case 'sync':
      return sync(turn, event)
    case 'heartbeat':
      return heartbeat(turn, event)
    case 'leave':
      return leave(turn, event)
    case 'commit':
      return commit(turn, event)
    case 'delete-offsets':
      return deleteOffsets(turn, event)
    case 'delete':
      return deleteGroup(turn, event)
    case 'time':
      return passTime(turn)
    case 'unload':
      return unload(turn)
  }
}
