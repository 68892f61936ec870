export type { Assignment, Assignor, GroupMember } from './assignor'
export { rangeAssignor } from './range'
export { roundRobinAssignor } from './round-robin'
