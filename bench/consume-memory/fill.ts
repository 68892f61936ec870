import { lastValueFrom, mergeMap, range } from 'rxjs'
import { KafkaClient } from '../../src'
import { Apis } from '../../src/protocol'
import { batchOf, type Workload } from './workloads'

/** Of one request, about. */
const requestBytes = 4_000_000
/** Requests on their way at a time. */
const inFlight = 4

/** Writes so many bytes to the partitions in turn: the same batch over and over, so that it takes little but the broker's time. */
export async function fill(bootstrap: string, workload: Workload, bytes: number): Promise<void> {
  const { topic, partitions } = workload
  const client = new KafkaClient(bootstrap)
  const records = batchOf(workload)
  const batches = Math.ceil(bytes / records.length)
  const atATime = Math.max(1, Math.min(partitions, Math.floor(requestBytes / records.length)))
  const ask = (request: number) =>
    client.request(Apis.Produce, {
      acks: -1,
      timeoutMs: 30_000,
      topicData: [
        {
          name: topic,
          partitionData: Array.from({ length: atATime }, (_, at) => ({
            index: (request * atATime + at) % partitions,
            records,
          })),
        },
      ],
    })
  await lastValueFrom(range(Math.ceil(batches / atATime)).pipe(mergeMap(ask, inFlight)))
  await client.close()
}
