export { GroupMember, type GroupMemberOptions } from './group-member'
export { Ownership } from './ownership'
