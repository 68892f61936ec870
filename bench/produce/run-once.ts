import { runClient, type Entrant, type Order, type Outcome, type Run, type Stage } from '../rivals'
import type { ProducingContestant } from './contestants'
import { topicOf, type Workload } from './workloads'

interface ProducingRun extends Run {
  /** By the log's end offsets; equal to `outcome.total` or something is wrong. */
  readonly inLog?: number
}

/** Lets one client work and counts what it wrote. */
export async function runOnce(
  { broker, folder, seconds, warmUpMs }: Stage,
  [contestant, prepared]: Entrant<ProducingContestant>,
  workload: Workload,
  more: Pick<Order<Workload>, 'profile'> = {},
): Promise<Omit<ProducingRun, 'round'>> {
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
      options: optionsOf(contestant, prepared.folder),
      ...more,
    })
    const inLog = (await broker.messagesIn(topic)) - before
    return { ...names, outcome, inLog, ...wrong(outcome, inLog) }
  } catch (error) {
    return { ...names, error: error instanceof Error ? error.message : String(error) }
  }
}

function optionsOf(
  { outstanding, style = '' }: ProducingContestant,
  folder = '',
): Order<Workload>['options'] {
  return { outstanding, style, folder }
}

function wrong({ total, failed, failure }: Outcome, inLog: number): { error?: string } {
  if (failed > 0) return { error: `${failed} messages failed: ${failure}` }
  return total === inLog ? {} : { error: `${total} acknowledged but ${inLog} in the log` }
}
