import { runClient, type Entrant, type Order, type Outcome, type Run, type Stage } from '../rivals'
import type { ConsumeTask } from './client'
import type { ConsumingContestant } from './contestants'
import { whilePaced } from './pacing'
import { topicOf, type Workload } from './workloads'

let runs = 0

/** Lets one client read what is there. */
export async function runOnce(
  stage: Stage,
  [contestant, prepared]: Entrant<ConsumingContestant>,
  workload: Workload,
  more: Pick<Order<unknown>, 'profile'> = {},
): Promise<Omit<Run, 'round'>> {
  const { broker, folder, seconds, warmUpMs } = stage
  const names = { workload: workload.name, contestant: contestant.name }
  const topic = topicOf(workload)
  const isPaced = workload.reading === 'latency'
  try {
    const ends = isPaced ? undefined : await broker.endOffsets(topic)
    const task: ConsumeTask = { ...workload, ends, group: `bench-${runs++}` }
    const { bootstrap } = broker
    const work = () =>
      runClient(prepared.command, {
        bootstrap,
        topic,
        payload: folder,
        task,
        warmUpMs: Math.max(contestant.warmUpMs ?? 0, warmUpMs),
        seconds,
        options: { style: contestant.style ?? '', folder: prepared.folder ?? '' },
        ...more,
      })
    const outcome = await (isPaced ? whilePaced({ bootstrap, topic, bytes: workload.bytes }, work) : work())
    return { ...names, outcome, ...(await wrong(stage, task, topic, outcome)) }
  } catch (error) {
    return { ...names, error: error instanceof Error ? error.message : String(error) }
  }
}

async function wrong(
  { broker }: Stage,
  { commits, group }: ConsumeTask,
  topic: string,
  { messages, failed, failure }: Outcome,
): Promise<{ error?: string }> {
  if (failed > 0) return { error: `${failed} messages failed: ${failure}` }
  if (messages === 0) return { error: 'nothing was read' }
  if (!commits) return {}
  const stored = await broker.committedOffsets(group, topic)
  return stored.some(offset => offset >= 0) ? {} : { error: 'no offsets were stored' }
}
