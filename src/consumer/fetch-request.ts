import { byTopic, type TopicPartition } from '../kernel'
import type { Cluster, Purpose, Sending } from '../client'
import { Fetch } from '../protocol'
import type { ConsumerSettings } from './options'
import type { FetchAsk, PartitionView } from './plan-fetch'

/** The fetch as a request, without a fetch session. Ids of topics are not used: version 12 is the last by name. */
export function fetchRequest<P extends PartitionView & { readonly at: TopicPartition }>(
  { parts, maxBytes, maxWaitMs }: FetchAsk<P>,
  { fetchMinBytes, isolationLevel }: ConsumerSettings,
  cluster: Cluster,
  purpose: Purpose,
): Sending<typeof Fetch> {
  const topics = byTopic(parts.map(part => ({ ...part, ...part.partition.at, line: part.partition })))
  const epochOf = ({ topic, partition }: TopicPartition): number =>
    cluster.partition(topic, partition)?.leaderEpoch ?? -1
  return {
    api: Fetch,
    purpose,
    heldMs: maxWaitMs,
    maxVersion: 12,
    body: version => ({
      maxWaitMs,
      minBytes: fetchMinBytes,
      ...(version >= 3 ? { maxBytes } : {}),
      // Brokers without this field have no transactions either.
      ...(version >= 4 ? { isolationLevel: isolationLevel === 'read_committed' ? 1 : 0 } : {}),
      topics: [...topics].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ line, position }) => ({
          partition: line.at.partition,
          fetchOffset: position.offset,
          partitionMaxBytes: line.fetchBytes,
          ...(version >= 9 ? { currentLeaderEpoch: epochOf(line.at) } : {}),
        })),
      })),
    }),
  }
}
