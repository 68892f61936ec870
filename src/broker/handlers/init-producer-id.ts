import { toBigInt } from '../../kernel'
import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { ProducerIdentity } from '../transactions'
import type { Call } from './call'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'
import { fencedBefore } from './producer-fenced'

type Request = ReceivedRequestOf<typeof Apis.InitProducerId>

const noEpoch = -1
const noId = -1n

/** An id and an epoch for an idempotent producer, or for a transactional one, which fences those before it. */
export const initProducerId = defineHandler(Apis.InitProducerId, {
  handle(request, call) {
    const { transactionalId, producerId, producerEpoch } = request
    if (transactionalId === '') return refusal(errorCode('INVALID_REQUEST'))
    // KIP-360: both or neither; without a transactional id they only mean that a new id is wanted.
    if ((toBigInt(producerId) === noId) !== (producerEpoch === noEpoch))
      return refusal(errorCode('INVALID_REQUEST'))
    if (transactionalId === null) return idempotent(call)
    const error = refusalOf(transactionalId, request, call)
    return error === undefined ? transactional(transactionalId, request, call) : refusal(errorCode(error))
  },

  refuse: (_request, code) => refusal(code),
})

function idempotent({ broker, cluster }: Call) {
  const id = cluster.producerIds.take(broker.id)
  return id === undefined ? refusal(errorCode('COORDINATOR_LOAD_IN_PROGRESS')) : answer(id, 0)
}

/** Kafka looks at the timeout before it looks who coordinates. */
function refusalOf(
  transactionalId: string,
  { transactionTimeoutMs }: Request,
  call: Call,
): ErrorName | undefined {
  const { maxTimeoutMs } = call.cluster.transactions.settings
  if (transactionTimeoutMs <= 0 || transactionTimeoutMs > maxTimeoutMs) return 'INVALID_TRANSACTION_TIMEOUT'
  return transactionRefusal(transactionalId, call)
}

function transactional(transactionalId: string, request: Request, call: Call) {
  const { transactionTimeoutMs: timeoutMs } = request
  const expected = expectedOf(request)
  const asked = call.cluster.transactions.init(transactionalId, { timeoutMs, expected })
  if (asked.error === 'NONE') return answer(asked.producerId, asked.producerEpoch)
  return refusal(errorCode(fencedBefore('InitProducerId', asked.error, call)))
}

/** The producer that asks, if it says which it is. */
function expectedOf({ producerId, producerEpoch }: Request): ProducerIdentity | undefined {
  return producerEpoch === noEpoch ? undefined : { producerId: toBigInt(producerId), producerEpoch }
}

const answer = (producerId: bigint, producerEpoch: number) => ({
  throttleTimeMs: 0,
  errorCode: 0,
  producerId,
  producerEpoch,
})

function refusal(code: number) {
  return { throttleTimeMs: 0, errorCode: code, producerId: noId, producerEpoch: noEpoch }
}
