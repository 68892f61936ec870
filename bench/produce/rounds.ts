import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RealBroker } from '../rivals'
import { runClient, type Order, type Outcome } from '../rivals'
import type { Contestant, Prepared } from './contestants'
import { topicOf, type Workload } from './workloads'

/** One client in one round of one workload. */
export interface Run {
  readonly workload: string
  readonly contestant: string
  readonly round: number
  readonly outcome?: Outcome
  /** By the log's end offsets; equal to `outcome.total` or something is wrong. */
  readonly inLog?: number
  readonly error?: string
}

/** What stays the same over all runs. */
export interface Stage {
  readonly broker: RealBroker
  /** Of the payload, and of what clients build. */
  readonly folder: string
  readonly seconds: number
  readonly warmUpMs: number
}

/** Makes what contestants need; who cannot be had is told of and left out. */
export async function prepareAll(
  contestants: readonly Contestant[],
  folder: string,
): Promise<Map<Contestant, Prepared>> {
  const ready = new Map<Contestant, Prepared>()
  for (const contestant of contestants) {
    const work = join(folder, contestant.name)
    mkdirSync(work, { recursive: true })
    try {
      ready.set(contestant, await contestant.prepare(work))
    } catch (error) {
      console.log(`${contestant.name} is left out: ${String(error)}`)
    }
  }
  return ready
}

/** Lets one client work and counts what it wrote. */
export async function runOnce(
  { broker, folder, seconds, warmUpMs }: Stage,
  [contestant, prepared]: readonly [Contestant, Prepared],
  workload: Workload,
  more: Partial<Order<Workload>> = {},
): Promise<Omit<Run, 'round'>> {
  const names = { workload: workload.name, contestant: contestant.name }
  const topic = topicOf(workload)
  try {
    const before = await broker.messagesIn(topic)
    const outcome = await runClient(prepared.command, {
      bootstrap: broker.bootstrap,
      topic,
      payload: folder,
      task: contestant.oneByOne ? { ...workload, perCall: 1 } : workload,
      warmUpMs: Math.max(contestant.warmUpMs ?? 0, warmUpMs),
      seconds,
      options: optionsOf(contestant, prepared),
      ...more,
    })
    const inLog = (await broker.messagesIn(topic)) - before
    return { ...names, outcome, inLog, ...wrong(outcome, inLog) }
  } catch (error) {
    return { ...names, error: error instanceof Error ? error.message : String(error) }
  }
}

function optionsOf(
  { outstanding, style = '' }: Contestant,
  { folder = '' }: Prepared,
): Order<Workload>['options'] {
  return { outstanding, style, folder }
}

function wrong({ total, failed, failure }: Outcome, inLog: number): { error?: string } {
  if (failed > 0) return { error: `${failed} messages failed: ${failure}` }
  return total === inLog ? {} : { error: `${total} acknowledged but ${inLog} in the log` }
}
