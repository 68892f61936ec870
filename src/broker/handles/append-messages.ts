import { ArgumentError, type Message } from '../../kernel'
import { Apis, encodeBatch } from '../../protocol'
import type { Cluster, Partition } from '../cluster'

const [, newest] = Apis.Produce.versions

/**
 * Appends the messages as one batch, as a producer without an id would. Answers the offset of the first. ArgumentError
 * for messages that cannot be written, or that the topic refuses, and while nobody leads the partition.
 */
export function appendMessages(
  cluster: Cluster,
  partition: Partition,
  messages: readonly Message[],
  now: number,
): bigint {
  const place = `append to ${partition.topic.name}-${partition.index}`
  if (!Array.isArray(messages) || messages.length === 0)
    throw new ArgumentError(place, messages, 'an array of messages, such as [{ key: "a", value: "1" }]')
  const { log, leader, leaderEpoch, replicas } = partition
  if (leader === -1)
    throw new ArgumentError(
      place,
      messages,
      `a partition with a leader: start broker ${replicas.join(' or ')} first`,
    )
  const before = log.sizeInBytes
  const records = encodeBatch(messages, { timestamp: now })
  const outcome = log.append(records, { leaderEpoch, now, version: newest })
  if (outcome.error !== undefined)
    throw new ArgumentError(place, messages, `what the topic takes, which is refused as ${outcome.error}`)
  partition.changed()
  cluster.retention.grewBy(log.sizeInBytes - before)
  return outcome.baseOffset
}
