export { GroupCoordinator } from './group-coordinator'
export type {
  CommitQuestion,
  DeleteOffsetsAnswer,
  GroupCoordinatorOptions,
  HeartbeatQuestion,
  JoinGroupQuestion,
  LeaveGroupQuestion,
  SyncGroupQuestion,
} from './group-coordinator'
export type { ClassicGroup, GroupMember, GroupState } from './classic-group'
export type { DescribedGroup, DescribedMember, GroupFilter, GroupView, ListedGroup } from './describe'
export type { GroupEffect, GroupEvent, JoinAnswer, LeaveAnswer, Reduced, SyncAnswer } from './group-event'
export { storeOffsets, type CommittedOffset, type OffsetToCommit, type StoredOffset } from './offsets'
export { defaultGroupRules, type GroupRules } from './rules'
export { defaultGroupSettings, type GroupSettings } from './settings'
