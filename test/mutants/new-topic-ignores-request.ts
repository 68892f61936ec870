import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** A new topic has one partition on one broker, and no settings. */
export const mutate = requestFields(Apis.CreateTopics, {
  numPartitions: () => 1,
  replicationFactor: () => 1,
  assignments: () => [],
  configs: () => [],
})

export const brokers = 3

export const only = /^produce-topic-settings\./
