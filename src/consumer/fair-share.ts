import type { PartitionLine } from './partition-line'

/** No partition is asked for less at a time, in bytes, however many there are. */
const leastFetchBytes = 64 * 1024
/** In how many portions the budget is thought, for each partition: in hand, buffered, on their way, spare. */
const portions = 4
/**
 * Fetches that a partition may have in its buffer: at least so many, and where there is room as many as last until a broker
 * has answered a question without it, so that it need not wait for that.
 */
const buffered = { least: 2, most: 8 }

/**
 * Every partition is asked for as much as the others. Those whose log has been read to its end take no share from those
 * that have something: one that is busy among many that are quiet would be read in crumbs.
 *
 * @param limit bytes that all of them may hold at once
 * @param maxBytes that any of them is asked for at a time
 */
export function divide(lines: Iterable<PartitionLine>, limit: number, maxBytes: number): void {
  let busy = 0
  for (const line of lines) if (!line.isQuiet) busy++
  const share = limit / Math.max(1, busy)
  const fair = Math.max(leastFetchBytes, Math.floor(share / portions))
  for (const line of lines) {
    const bytes = Math.max(line.leastFetchBytes, Math.min(maxBytes, fair))
    line.share = share
    line.fetchBytes = bytes
    line.bufferBytes = Math.max(buffered.least * bytes, Math.min(buffered.most * bytes, fair))
  }
}
