import { apiVersions } from './api-versions'
import { fetch } from './fetch'
import { findCoordinator } from './find-coordinator'
import type { Handler } from './handler'
import { initProducerId } from './init-producer-id'
import { listOffsets } from './list-offsets'
import { metadata } from './metadata'
import { offsetForLeaderEpoch } from './offset-for-leader-epoch'
import { produce } from './produce'

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
  initProducerId,
  apiVersions,
]
export { topicNameFault } from './topic-name'
