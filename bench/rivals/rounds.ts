import type { Contestant, Entrant } from './contestant'
import type { Order, Outcome } from './order'
import type { RealBroker } from './real-broker'

export interface NamedWorkload {
  readonly name: string
  readonly title: string
  /** Left out unless asked for by name. */
  readonly onDemand?: boolean
}

/** One client in one round of one workload. */
export interface Run {
  readonly workload: string
  readonly contestant: string
  readonly round: number
  readonly outcome?: Outcome
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

/** Lets one client work, and looks at what it did. */
export type RunOnce<W extends NamedWorkload, C extends Contestant> = (
  stage: Stage,
  entrant: Entrant<C>,
  workload: W,
  more?: Pick<Order<W>, 'profile'>,
) => Promise<Omit<Run, 'round'>>

interface Measuring<W extends NamedWorkload, C extends Contestant> {
  readonly stage: Stage
  readonly field: readonly Entrant<C>[]
  readonly wanted: readonly W[]
  readonly runOnce: RunOnce<W, C>
}

/** The broker's JVM is to have compiled what it needs before anyone is measured. */
export async function warmUp<W extends NamedWorkload, C extends Contestant>({
  stage,
  field,
  wanted,
  runOnce,
}: Measuring<W, C>): Promise<void> {
  for (const workload of wanted) {
    const able = ableTo(workload, field)
    const fastest = able.find(([{ name }]) => name === 'java') ?? able.at(-1)
    if (fastest) await runOnce({ ...stage, seconds: 1 }, fastest, workload)
  }
}

/** Each round every client once, in an order that moves on by one from round to round. */
export async function measureAll<W extends NamedWorkload, C extends Contestant>(
  { stage, field, wanted, runOnce }: Measuring<W, C>,
  rounds: number,
): Promise<Run[]> {
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++) {
    for (const workload of wanted) {
      const able = ableTo(workload, field)
      const first = round % Math.max(1, able.length)
      for (const one of [...able.slice(first), ...able.slice(0, first)]) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${workload.name} ${one[0].name}\n`)
        runs.push({ round, ...(await runOnce(stage, one, workload)) })
      }
    }
  }
  return runs
}

const ableTo = <C extends Contestant>({ name }: NamedWorkload, field: readonly Entrant<C>[]) =>
  field.filter(([{ workloads }]) => workloads.includes(name))
