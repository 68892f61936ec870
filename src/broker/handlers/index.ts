import { addOffsetsToTxn } from './add-offsets-to-txn'
import { addPartitionsToTxn } from './add-partitions-to-txn'
import { alterConfigs } from './alter-configs'
import { alterPartitionReassignments } from './alter-partition-reassignments'
import { apiVersions } from './api-versions'
import { createPartitions } from './create-partitions'
import { createTopics } from './create-topics'
import { deleteGroups } from './delete-groups'
import { deleteRecords } from './delete-records'
import { deleteTopics } from './delete-topics'
import { describeCluster } from './describe-cluster'
import { describeConfigs } from './describe-configs'
import { describeGroups } from './describe-groups'
import { describeLogDirs } from './describe-log-dirs'
import { describeProducers } from './describe-producers'
import { describeTopicPartitions } from './describe-topic-partitions'
import { describeTransactions } from './describe-transactions'
import { electLeaders } from './elect-leaders'
import { endTxn } from './end-txn'
import { fetch } from './fetch'
import { findCoordinator } from './find-coordinator'
import type { Handler } from './handler'
import { heartbeat } from './heartbeat'
import { incrementalAlterConfigs } from './incremental-alter-configs'
import { initProducerId } from './init-producer-id'
import { joinGroup } from './join-group'
import { leaveGroup } from './leave-group'
import { listConfigResources } from './list-config-resources'
import { listGroups } from './list-groups'
import { listOffsets } from './list-offsets'
import { listPartitionReassignments } from './list-partition-reassignments'
import { listTransactions } from './list-transactions'
import { metadata } from './metadata'
import { offsetCommit } from './offset-commit'
import { offsetDelete } from './offset-delete'
import { offsetFetch } from './offset-fetch'
import { offsetForLeaderEpoch } from './offset-for-leader-epoch'
import { produce } from './produce'
import { syncGroup } from './sync-group'
import { txnOffsetCommit } from './txn-offset-commit'
import { writeTxnMarkers } from './write-txn-markers'

export type { Call, InjectedError } from './call'
export { CloseConnection, NO_ANSWER, type Answer, type Handler } from './handler'

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
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeTransactions,
  listTransactions,
  createTopics,
  deleteTopics,
  createPartitions,
  deleteRecords,
  describeTopicPartitions,
  describeCluster,
  electLeaders,
  alterPartitionReassignments,
  listPartitionReassignments,
  describeProducers,
  describeLogDirs,
  describeConfigs,
  alterConfigs,
  incrementalAlterConfigs,
  listConfigResources,
  apiVersions,
]
export { topicNameFault } from './topic-name'
