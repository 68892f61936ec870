export { Faults, type FaultConditions, type SetFault } from './faults'
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
export type { Fault, Run, SeenRequest } from './run'
