export { GroupMember } from './group-member'
export { brisk, MembershipRig, until } from './membership-rig'
export { Ownership } from './ownership'
