export { checkError, checkMs, checkWhole } from './checks'
export type { FaultConditions } from './conditions'
export { answered } from './failures'
export type { Fault, FaultRun } from './fault-run'
export { Faults, strike, takeFailure, unmet, type FaultsParts, type SetFault, type Strike } from './faults'
export {
  answerWith,
  closeConnection,
  cutAnswer,
  delayAnswer,
  delayRequest,
  dropAnswer,
  duplicate,
  failAfterwards,
  throttle,
  type ErrorTarget,
} from './kinds'
