import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../../src/kernel'
import type { OwnKafkaCluster } from '../kafka'

/** Milliseconds from `least` to twice as many. */
export const someTime = (random: Random, least: number): number => Math.round(least * (1 + random()))

interface Killing {
  readonly cluster: OwnKafkaCluster
  readonly random: Random
  /** Ms between a broker's return and the next kill, at least. */
  readonly everyMs: number
  readonly log: (line: string) => void
}

/** Kills one broker after the other, and starts each again, until it is told to stop. Answers how many it killed. */
export async function killBrokers(
  { cluster, random, everyMs, log }: Killing,
  stopped: AbortSignal,
): Promise<number> {
  let kills = 0
  while (!stopped.aborted) {
    await wait(someTime(random, everyMs), undefined, { signal: stopped }).catch(() => undefined)
    if (stopped.aborted) break
    const { id } = cluster.brokers[Math.floor(random() * cluster.brokers.length)]!
    log(`broker ${id} is killed`)
    await cluster.kill(id)
    kills++
    await wait(someTime(random, 2000))
    await cluster.start(id)
    log(`broker ${id} is back`)
  }
  return kills
}
