import { toBigInt } from '../../kernel'
import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import { transactionStates, type Transaction } from '../transactions'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'

type Request = ReceivedRequestOf<typeof Apis.ListTransactions>

/** The transactional ids that the broker coordinates; none at all while it is still loading some of them. */
export const listTransactions = defineHandler(Apis.ListTransactions, {
  handle(request, call) {
    const isWanted = filterOf(request, call.clock.now())
    if (isWanted === undefined) return failure(errorCode('INVALID_REGULAR_EXPRESSION'))
    const rows = call.cluster.transactions.all().map(transaction => ({
      transaction,
      refusal: transactionRefusal(transaction.transactionalId, call),
    }))
    if (rows.some(({ refusal }) => refusal === 'COORDINATOR_LOAD_IN_PROGRESS'))
      return failure(errorCode('COORDINATOR_LOAD_IN_PROGRESS'))
    const own = rows.filter(({ refusal, transaction }) => refusal === undefined && isWanted(transaction))
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      unknownStateFilters: request.stateFilters.filter(state => !isState(state)),
      transactionStates: own.map(({ transaction }) => rowOf(transaction)),
    }
  },

  refuse: (_request, code) => failure(code),
})

const isState = (name: string): boolean => transactionStates.some(state => state === name)

/** undefined for a pattern that is none. */
function filterOf(request: Request, now: number): ((transaction: Transaction) => boolean) | undefined {
  const pattern = patternOf(request.transactionalIdPattern)
  if (pattern === undefined) return undefined
  const { stateFilters } = request
  const producerIds = new Set(request.producerIdFilters.map(toBigInt))
  const longerThan = Number(toBigInt(request.durationFilter))
  return ({ transactionalId, producerId, state, startedAt }) =>
    (producerIds.size === 0 || producerIds.has(producerId)) &&
    (stateFilters.length === 0 || stateFilters.includes(state)) &&
    (longerThan < 0 || now - startedAt > longerThan) &&
    (pattern === null || pattern.test(transactionalId))
}

/** Of the whole id (KIP-1152); null for any. */
function patternOf(text: string | null): RegExp | null | undefined {
  if (text === null || text === '') return null
  try {
    return new RegExp(`^(?:${text})$`, 's')
  } catch {
    return undefined
  }
}

const rowOf = ({ transactionalId, producerId, state }: Transaction) => ({
  transactionalId,
  producerId,
  transactionState: state,
})

const failure = (code: number) => ({
  throttleTimeMs: 0,
  errorCode: code,
  unknownStateFilters: [],
  transactionStates: [],
})
