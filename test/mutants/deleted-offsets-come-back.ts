import { Apis } from '../../src/protocol'
import { all, handlerOf } from '../support/mutants'

/** Offsets and groups are never deleted, though that is answered. */
export const mutate = all(
  handlerOf(Apis.OffsetDelete, ({ topics }) => ({
    throttleTimeMs: 0,
    errorCode: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 0 })),
    })),
  })),
  handlerOf(Apis.DeleteGroups, ({ groupsNames }) => ({
    throttleTimeMs: 0,
    results: groupsNames.map(groupId => ({ groupId, errorCode: 0 })),
  })),
)

export const only = /^transactions-offsets/
