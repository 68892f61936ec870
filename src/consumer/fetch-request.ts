import { byTopic } from '../kernel'
import type { Sending } from '../client'
import { Fetch } from '../protocol'
import type { PartitionLine } from './partition-line'
import type { FetchAsk } from './plan-fetch'
import type { SessionContext } from './session-context'

/** The last version that names topics; those after it know them by id (KIP-516). */
const lastByName = 12

/** The fetch as a request, without a fetch session. */
export function fetchRequest(
  { parts, maxBytes, maxWaitMs }: FetchAsk<PartitionLine>,
  { client, settings, purpose }: Pick<SessionContext, 'client' | 'settings' | 'purpose'>,
): Sending<typeof Fetch> {
  const { fetchMinBytes, isolationLevel } = settings
  const topics = byTopic(parts.map(part => ({ ...part, ...part.partition.at, line: part.partition })))
  const haveIds = parts.every(({ partition }) => partition.topicId !== undefined)
  const rackId = rackFor(parts, client.settings.clientRack)
  return {
    api: Fetch,
    purpose,
    heldMs: maxWaitMs,
    ...(haveIds ? {} : { maxVersion: lastByName }),
    body: version => ({
      maxWaitMs,
      minBytes: fetchMinBytes,
      ...(version >= 3 ? { maxBytes } : {}),
      // Brokers without this field have no transactions either.
      ...(version >= 4 ? { isolationLevel: isolationLevel === 'read_committed' ? 1 : 0 } : {}),
      ...(version >= 11 ? { rackId } : {}),
      topics: [...topics].map(([topic, list]) => ({
        ...(version <= lastByName ? { topic } : { topicId: list[0]!.line.topicId! }),
        partitions: list.map(({ line, position }) => ({
          partition: line.at.partition,
          fetchOffset: position.offset,
          partitionMaxBytes: line.fetchBytes,
          ...(version >= 9 ? { currentLeaderEpoch: line.validatedEpoch } : {}),
        })),
      })),
    }),
  }
}

/** Where we are; not told where it would bring us to a replica that has just failed. */
function rackFor(parts: FetchAsk<PartitionLine>['parts'], rack = ''): string {
  const isTold = parts.every(({ partition: { nearest } }) => !nearest || nearest.broker !== undefined)
  return isTold ? rack : ''
}
