import { coreOf, type KafkaClient } from '../../../src/client'
import * as sequencesRoom from '../../../src/producer/sequences'
import { InitProducerId } from '../../../src/protocol'

export interface FirstNumbers {
  /** Of the first producer id, instead of 0. */
  readonly epoch?: number
  /** In each partition, instead of 0. */
  readonly sequence?: number
}

/**
 * Producers of this client begin where 2^31 messages or 32,767 failures would have brought them: no case can wait for
 * so many. A broker takes any sequence and any epoch of a producer that it does not know.
 */
export async function withNumbersFrom(
  client: KafkaClient,
  { epoch = 0, sequence = 0 }: FirstNumbers,
  work: () => Promise<void>,
): Promise<void> {
  raiseEpoch(client, epoch)
  const { reduceSequences, noSequences } = sequencesRoom
  const further: typeof reduceSequences = (state, event) => {
    const isFirst = event.type === 'left' && state === noSequences()
    return reduceSequences(isFirst ? { ...state, identity: event.identity, next: sequence } : state, event)
  }
  Object.assign(sequencesRoom, { reduceSequences: further })
  try {
    await work()
  } finally {
    Object.assign(sequencesRoom, { reduceSequences })
  }
}

/** The first producer id that this client gets has worn out all epochs before this one. */
function raiseEpoch(client: KafkaClient, producerEpoch: number): void {
  const { router } = coreOf(client)
  const ask = router.any.bind(router)
  let isFirst = true
  const any: typeof ask = async (sending, call) => {
    const answer = await ask(sending, call)
    if (sending.api.key !== InitProducerId.key || !isFirst || answer.response!['errorCode'] !== 0)
      return answer
    isFirst = false
    return { ...answer, response: { ...answer.response!, producerEpoch } }
  }
  Object.assign(router, { any })
}
