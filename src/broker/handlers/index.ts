import { apiVersions } from './api-versions'
import { deleteGroups } from './delete-groups'
import { describeGroups } from './describe-groups'
import { fetch } from './fetch'
import { findCoordinator } from './find-coordinator'
import type { Handler } from './handler'
import { heartbeat } from './heartbeat'
import { initProducerId } from './init-producer-id'
import { joinGroup } from './join-group'
import { leaveGroup } from './leave-group'
import { listGroups } from './list-groups'
import { listOffsets } from './list-offsets'
import { metadata } from './metadata'
import { offsetCommit } from './offset-commit'
import { offsetDelete } from './offset-delete'
import { offsetFetch } from './offset-fetch'
import { offsetForLeaderEpoch } from './offset-for-leader-epoch'
import { produce } from './produce'
import { syncGroup } from './sync-group'

export type { Call, InjectedError } from './call'
export { CloseConnection, defineHandler, NO_ANSWER, type Answer, type Handler } from './handler'

/** Everything the broker serves. */
export const handlers: readonly Handler[] = [
  produce,
  fetch,
  listOffsets,
  offsetForLeaderEpoch,
  metadata,
  findCoordinator,
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  offsetDelete,
  describeGroups,
  listGroups,
  deleteGroups,
  initProducerId,
  apiVersions,
]
export { topicNameFault } from './topic-name'
