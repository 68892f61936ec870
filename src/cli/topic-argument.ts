import { wholeNumber } from './arguments'
import { UsageError } from './usage-error'

/** Reads `orders` and `orders:12`. */
export function topicAndPartitions(
  option: string,
  text: string,
): { readonly name: string; readonly partitions: number | undefined } {
  const [, name = '', suffix] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  if (name === '' || suffix?.includes(':'))
    throw new UsageError(`${option}: expected NAME or NAME:PARTITIONS, got "${text}"`)
  return { name, partitions: wholeNumber(`${option} ${name}`, suffix, 1) }
}
