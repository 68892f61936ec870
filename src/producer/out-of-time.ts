import { TimeoutError, type KafkaError } from '../kernel'
import type { Batch } from './batch'

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
