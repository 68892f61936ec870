import { Apis } from '../../src/protocol'
import { all, askedElsewhere, silent } from '../support/mutants'

/** A broker serves the groups of others. */
export const mutate = all(
  ...[Apis.JoinGroup, Apis.SyncGroup, Apis.Heartbeat, Apis.LeaveGroup, Apis.OffsetCommit].map(api =>
    askedElsewhere(
      api,
      ({ groupId }, { cluster }) => cluster.coordinators.partitionFor('group', groupId)?.leader,
    ),
  ),
  silent(Apis.OffsetFetch, Apis.DescribeGroups, Apis.DeleteGroups),
)

export const brokers = 3

export const only = /^not-coordinator\./
