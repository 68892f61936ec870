import { Apis } from '../../src/protocol'
import { requestOf } from '../support/mutants'

/** Of several offsets for one partition DeleteRecords takes the first. */
export const mutate = requestOf(Apis.DeleteRecords, request => ({
  ...request,
  topics: request.topics.slice(0, 1).map(topic => ({ ...topic, partitions: topic.partitions.slice(0, 1) })),
}))

export const only = /^delete-records/
