export { Produce, type ProduceRequest, type ProduceResponse } from './produce'
export { Fetch, type FetchRequest, type FetchResponse } from './fetch'
export { ListOffsets, type ListOffsetsRequest, type ListOffsetsResponse } from './list-offsets'
export { Metadata, type MetadataRequest, type MetadataResponse } from './metadata'
export { OffsetCommit, type OffsetCommitRequest, type OffsetCommitResponse } from './offset-commit'
export { OffsetFetch, type OffsetFetchRequest, type OffsetFetchResponse } from './offset-fetch'
export {
  FindCoordinator,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from './find-coordinator'
export { JoinGroup, type JoinGroupRequest, type JoinGroupResponse } from './join-group'
export { Heartbeat, type HeartbeatRequest, type HeartbeatResponse } from './heartbeat'
export { LeaveGroup, type LeaveGroupRequest, type LeaveGroupResponse } from './leave-group'
export { SyncGroup, type SyncGroupRequest, type SyncGroupResponse } from './sync-group'
export { DescribeGroups, type DescribeGroupsRequest, type DescribeGroupsResponse } from './describe-groups'
export { ListGroups, type ListGroupsRequest, type ListGroupsResponse } from './list-groups'
export { SaslHandshake, type SaslHandshakeRequest, type SaslHandshakeResponse } from './sasl-handshake'
export { ApiVersions, type ApiVersionsRequest, type ApiVersionsResponse } from './api-versions'
export { CreateTopics, type CreateTopicsRequest, type CreateTopicsResponse } from './create-topics'
export { DeleteTopics, type DeleteTopicsRequest, type DeleteTopicsResponse } from './delete-topics'
export { DeleteRecords, type DeleteRecordsRequest, type DeleteRecordsResponse } from './delete-records'
export { InitProducerId, type InitProducerIdRequest, type InitProducerIdResponse } from './init-producer-id'
export {
  OffsetForLeaderEpoch,
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse,
} from './offset-for-leader-epoch'
export {
  AddPartitionsToTxn,
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
} from './add-partitions-to-txn'
export {
  AddOffsetsToTxn,
  type AddOffsetsToTxnRequest,
  type AddOffsetsToTxnResponse,
} from './add-offsets-to-txn'
export { EndTxn, type EndTxnRequest, type EndTxnResponse } from './end-txn'
export {
  WriteTxnMarkers,
  type WriteTxnMarkersRequest,
  type WriteTxnMarkersResponse,
} from './write-txn-markers'
export {
  TxnOffsetCommit,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
} from './txn-offset-commit'
export { DescribeAcls, type DescribeAclsRequest, type DescribeAclsResponse } from './describe-acls'
export { CreateAcls, type CreateAclsRequest, type CreateAclsResponse } from './create-acls'
export { DeleteAcls, type DeleteAclsRequest, type DeleteAclsResponse } from './delete-acls'
export {
  DescribeConfigs,
  type DescribeConfigsRequest,
  type DescribeConfigsResponse,
} from './describe-configs'
export { AlterConfigs, type AlterConfigsRequest, type AlterConfigsResponse } from './alter-configs'
export {
  AlterReplicaLogDirs,
  type AlterReplicaLogDirsRequest,
  type AlterReplicaLogDirsResponse,
} from './alter-replica-log-dirs'
export {
  DescribeLogDirs,
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
} from './describe-log-dirs'
export {
  SaslAuthenticate,
  type SaslAuthenticateRequest,
  type SaslAuthenticateResponse,
} from './sasl-authenticate'
export {
  CreatePartitions,
  type CreatePartitionsRequest,
  type CreatePartitionsResponse,
} from './create-partitions'
export {
  CreateDelegationToken,
  type CreateDelegationTokenRequest,
  type CreateDelegationTokenResponse,
} from './create-delegation-token'
export {
  RenewDelegationToken,
  type RenewDelegationTokenRequest,
  type RenewDelegationTokenResponse,
} from './renew-delegation-token'
export {
  ExpireDelegationToken,
  type ExpireDelegationTokenRequest,
  type ExpireDelegationTokenResponse,
} from './expire-delegation-token'
export {
  DescribeDelegationToken,
  type DescribeDelegationTokenRequest,
  type DescribeDelegationTokenResponse,
} from './describe-delegation-token'
export { DeleteGroups, type DeleteGroupsRequest, type DeleteGroupsResponse } from './delete-groups'
export { ElectLeaders, type ElectLeadersRequest, type ElectLeadersResponse } from './elect-leaders'
export {
  IncrementalAlterConfigs,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse,
} from './incremental-alter-configs'
export {
  AlterPartitionReassignments,
  type AlterPartitionReassignmentsRequest,
  type AlterPartitionReassignmentsResponse,
} from './alter-partition-reassignments'
export {
  ListPartitionReassignments,
  type ListPartitionReassignmentsRequest,
  type ListPartitionReassignmentsResponse,
} from './list-partition-reassignments'
export { OffsetDelete, type OffsetDeleteRequest, type OffsetDeleteResponse } from './offset-delete'
export {
  DescribeClientQuotas,
  type DescribeClientQuotasRequest,
  type DescribeClientQuotasResponse,
} from './describe-client-quotas'
export {
  AlterClientQuotas,
  type AlterClientQuotasRequest,
  type AlterClientQuotasResponse,
} from './alter-client-quotas'
export {
  DescribeUserScramCredentials,
  type DescribeUserScramCredentialsRequest,
  type DescribeUserScramCredentialsResponse,
} from './describe-user-scram-credentials'
export {
  AlterUserScramCredentials,
  type AlterUserScramCredentialsRequest,
  type AlterUserScramCredentialsResponse,
} from './alter-user-scram-credentials'
export { DescribeQuorum, type DescribeQuorumRequest, type DescribeQuorumResponse } from './describe-quorum'
export { UpdateFeatures, type UpdateFeaturesRequest, type UpdateFeaturesResponse } from './update-features'
export {
  DescribeCluster,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
} from './describe-cluster'
export {
  DescribeProducers,
  type DescribeProducersRequest,
  type DescribeProducersResponse,
} from './describe-producers'
export {
  UnregisterBroker,
  type UnregisterBrokerRequest,
  type UnregisterBrokerResponse,
} from './unregister-broker'
export {
  DescribeTransactions,
  type DescribeTransactionsRequest,
  type DescribeTransactionsResponse,
} from './describe-transactions'
export {
  ListTransactions,
  type ListTransactionsRequest,
  type ListTransactionsResponse,
} from './list-transactions'
export {
  ConsumerGroupHeartbeat,
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
} from './consumer-group-heartbeat'
export {
  ConsumerGroupDescribe,
  type ConsumerGroupDescribeRequest,
  type ConsumerGroupDescribeResponse,
} from './consumer-group-describe'
export {
  GetTelemetrySubscriptions,
  type GetTelemetrySubscriptionsRequest,
  type GetTelemetrySubscriptionsResponse,
} from './get-telemetry-subscriptions'
export { PushTelemetry, type PushTelemetryRequest, type PushTelemetryResponse } from './push-telemetry'
export {
  ListConfigResources,
  type ListConfigResourcesRequest,
  type ListConfigResourcesResponse,
} from './list-config-resources'
export {
  DescribeTopicPartitions,
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
} from './describe-topic-partitions'
export {
  ShareGroupHeartbeat,
  type ShareGroupHeartbeatRequest,
  type ShareGroupHeartbeatResponse,
} from './share-group-heartbeat'
export {
  ShareGroupDescribe,
  type ShareGroupDescribeRequest,
  type ShareGroupDescribeResponse,
} from './share-group-describe'
export { ShareFetch, type ShareFetchRequest, type ShareFetchResponse } from './share-fetch'
export {
  ShareAcknowledge,
  type ShareAcknowledgeRequest,
  type ShareAcknowledgeResponse,
} from './share-acknowledge'
export { AddRaftVoter, type AddRaftVoterRequest, type AddRaftVoterResponse } from './add-raft-voter'
export {
  RemoveRaftVoter,
  type RemoveRaftVoterRequest,
  type RemoveRaftVoterResponse,
} from './remove-raft-voter'
export {
  InitializeShareGroupState,
  type InitializeShareGroupStateRequest,
  type InitializeShareGroupStateResponse,
} from './initialize-share-group-state'
export {
  ReadShareGroupState,
  type ReadShareGroupStateRequest,
  type ReadShareGroupStateResponse,
} from './read-share-group-state'
export {
  WriteShareGroupState,
  type WriteShareGroupStateRequest,
  type WriteShareGroupStateResponse,
} from './write-share-group-state'
export {
  DeleteShareGroupState,
  type DeleteShareGroupStateRequest,
  type DeleteShareGroupStateResponse,
} from './delete-share-group-state'
export {
  ReadShareGroupStateSummary,
  type ReadShareGroupStateSummaryRequest,
  type ReadShareGroupStateSummaryResponse,
} from './read-share-group-state-summary'
export {
  StreamsGroupHeartbeat,
  type StreamsGroupHeartbeatRequest,
  type StreamsGroupHeartbeatResponse,
} from './streams-group-heartbeat'
export {
  StreamsGroupDescribe,
  type StreamsGroupDescribeRequest,
  type StreamsGroupDescribeResponse,
} from './streams-group-describe'
export {
  DescribeShareGroupOffsets,
  type DescribeShareGroupOffsetsRequest,
  type DescribeShareGroupOffsetsResponse,
} from './describe-share-group-offsets'
export {
  AlterShareGroupOffsets,
  type AlterShareGroupOffsetsRequest,
  type AlterShareGroupOffsetsResponse,
} from './alter-share-group-offsets'
export {
  DeleteShareGroupOffsets,
  type DeleteShareGroupOffsetsRequest,
  type DeleteShareGroupOffsetsResponse,
} from './delete-share-group-offsets'
