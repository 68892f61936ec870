export type { ClassicPhase } from './classic-state'
export type { MembershipEvent } from './event'
export type { MemberIdentity } from './identity'
export { Membership, type MembershipContext } from './membership'
export {
  membershipOptions,
  settleMembership,
  type MembershipOptions,
  type MembershipSettings,
} from './options'
