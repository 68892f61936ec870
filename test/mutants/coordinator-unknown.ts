import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** FindCoordinator finds nobody. */
export const mutate = answerFields(Apis.FindCoordinator, { nodeId: () => -1, host: () => '', port: () => -1 })

export const only = /^client\./
