import { ProtocolError } from '../../kernel'
import { ConsumerProtocolSubscription, decodeLayout, type MemberSubscription } from '../../protocol'
import type { ClassicGroup } from './classic-group'
import { metadataOf } from './protocol-choice'

const consumers = 'consumer'
const versionBytes = 2

/** Whether the members speak the protocol of consumers, so that the coordinator may read what they say. */
export function isConsumerGroup({ protocolType }: ClassicGroup): boolean {
  return protocolType === consumers
}

/** The topics of all members together; null when it is no group of consumers or one of them cannot be read. */
export function subscribedTopicsOf(group: ClassicGroup): ReadonlySet<string> | null {
  if (!isConsumerGroup(group)) return null
  const topics = new Set<string>()
  for (const member of group.members.values()) {
    const own = topicsOf(metadataOf(member, group.protocolName))
    if (own === null) return null
    for (const topic of own) topics.add(topic)
  }
  return topics
}

/** Read as version 0, whatever the version is: all later ones begin like it. */
function topicsOf(metadata: Buffer): readonly string[] | null {
  try {
    const subscription = decodeLayout(ConsumerProtocolSubscription, 0, metadata, versionBytes)
    return (subscription as MemberSubscription).topics
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}

/** Whether offsets of this topic are in use by members. Unknown subscriptions of consumers count as all topics. */
export function isSubscribed(group: ClassicGroup, topic: string): boolean {
  return group.subscribedTopics?.has(topic) ?? isConsumerGroup(group)
}
