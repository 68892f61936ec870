import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Leaders serve readers in every rack themselves. */
export const mutate = answerFields(Apis.Fetch, { preferredReadReplica: () => -1 })

export const brokers = 3

export const only = /^consumer-positions\./
