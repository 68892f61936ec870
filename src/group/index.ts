export type { ClassicPhase } from './classic-state'
export type { MembershipEvent } from './event'
export type { MemberIdentity } from './identity'
export { Membership } from './membership'
export type { MembershipContext } from './membership-context'
export {
  membershipOptions,
  settleMembership,
  type MembershipOptions,
  type MembershipSettings,
} from './options'
