import {
  answerWith,
  closeConnection,
  cutAnswer,
  delayAnswer,
  delayRequest,
  dropAnswer,
  duplicate,
  failAfterwards,
  throttle,
  type Fault,
} from '../../../src/broker'
import type { FaultPlan } from './schedule'

/** @param topic whose partition is meant */
export function faultOf(plan: FaultPlan, topic: string): Fault {
  switch (plan.kind) {
    case 'answer':
      return plan.partition === undefined
        ? answerWith(plan.error)
        : answerWith(plan.error, { topic, partition: plan.partition })
    case 'answer afterwards':
      return failAfterwards(plan.error)
    case 'drop answer':
      return dropAnswer()
    case 'duplicate':
      return duplicate()
    case 'close before':
      return closeConnection('before')
    case 'close after':
      return closeConnection('after')
    case 'cut answer':
      return cutAnswer()
    case 'delay answer':
      return delayAnswer(plan.ms)
    case 'delay request':
      return delayRequest(plan.ms)
    case 'throttle':
      return throttle(plan.ms)
  }
}
