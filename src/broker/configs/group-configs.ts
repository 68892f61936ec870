import { from } from './check'
import { int } from './config-row'
import { inherits, type InheritingTable } from './inheriting-row'

/** The configs of a group of the newer protocol (KIP-848). */
export const groupConfigs = {
  'consumer.session.timeout.ms': inherits(
    int(45_000, from(1), 'Silence after which a member is out.'),
    'group.consumer.session.timeout.ms',
  ),
  'consumer.heartbeat.interval.ms': inherits(
    int(5_000, from(1), 'Time between heartbeats of a member.'),
    'group.consumer.heartbeat.interval.ms',
  ),
  'consumer.assignment.interval.ms': inherits(
    int(1_000, from(0), 'Least time between two assignments.'),
    'group.consumer.assignment.interval.ms',
  ),
} satisfies InheritingTable

export const groupConfigRows = new Map(Object.entries(groupConfigs))
