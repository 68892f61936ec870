export { checkError, checkMs, checkWhole } from './checks'
export type { FaultConditions } from './conditions'
export type { Fault, FaultRun } from './fault-run'
export { Faults, strike, type FaultsParts, type SetFault } from './faults'
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
