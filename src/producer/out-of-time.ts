import { BrokerError, KafkaError, TimeoutError } from '../kernel'
import type { Batch } from './batch'

/** What may be waited, in ms. */
interface Limits {
  readonly maxBlockMs: number
  readonly deliveryTimeoutMs: number
}

/** The error of a batch whose time is up. It tells what was met last, and how often the batch was tried. */
export function outOfTime(
  { at, attempts }: Batch,
  limitMs: number,
  cause: KafkaError | undefined,
): KafkaError {
  const met = cause?.message ?? (attempts === 0 ? 'not sent' : 'no answer')
  const told = `${met}, ${attempts} attempt${attempts === 1 ? '' : 's'} in deliveryTimeoutMs (${limitMs})`
  return new TimeoutError('delivery', limitMs, `${at.topic}/${at.partition}`, {
    maybeSent: attempts > 0,
    cause,
    told,
  })
}

/** Ms that a call may wait for its topic or partition, or for its serializer. */
export function patienceOf({ maxBlockMs, deliveryTimeoutMs }: Limits): number {
  return Math.min(maxBlockMs, deliveryTimeoutMs)
}

/** Of a call whose topic or partition was not there in its time. */
export function metadataTimeout(topic: string, limits: Limits, last: KafkaError | undefined): KafkaError {
  const { maxBlockMs, deliveryTimeoutMs } = limits
  const isDelivery = deliveryTimeoutMs < maxBlockMs
  if (last instanceof BrokerError && !isDelivery) return last
  const cause = last instanceof TimeoutError && last.cause instanceof KafkaError ? last.cause : last
  const where = `metadata of ${topic}${lastly(cause)}`
  return isDelivery
    ? new TimeoutError('delivery', deliveryTimeoutMs, where, { cause })
    : new TimeoutError('metadata', maxBlockMs, where, { cause })
}

/**
 * Of what waited for something when the producer was closed.
 *
 * @param at what it is for; a topic without a partition is not known
 */
export function closedUnder(
  error: KafkaError,
  at: { readonly topic: string; readonly partition?: number },
  last: KafkaError | undefined,
): KafkaError {
  if (!(error instanceof TimeoutError) || last === undefined) return error
  const what = at.partition === undefined ? `metadata of ${at.topic}` : `${at.topic}/${at.partition}`
  return new TimeoutError(error.deadline, error.ms, `Producer, ${what}${lastly(last)}`, { cause: last })
}

function lastly(last: KafkaError | undefined): string {
  return last === undefined ? '' : ` (last: ${last.message})`
}
