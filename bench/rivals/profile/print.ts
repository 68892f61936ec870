import { join } from 'node:path'
import type { Contestant, Entrant } from '../contestant'
import type { NamedWorkload, RunOnce, Stage } from '../rounds'
import { cpuReport } from './cpu-profile'
import { heapReport } from './heap-profile'

/** Runs ours once for its time and once for its memory, and prints where they went. */
export async function printProfiles<W extends NamedWorkload, C extends Contestant>(
  stage: Stage,
  field: readonly Entrant<C>[],
  workloads: readonly W[],
  runOnce: RunOnce<W, C>,
): Promise<void> {
  for (const workload of workloads) {
    for (const one of field.filter(([{ ours }]) => ours)) {
      const title = `${workload.name} ${one[0].name}`
      for (const [what, print] of reports) {
        const file = join(stage.folder, `${workload.name}-${one[0].name}.${what}profile`)
        const { outcome, error } = await runOnce(stage, one, workload, { profile: { what, file } })
        if (error !== undefined) console.log(`\n${title}: ERROR ${error}`)
        if (outcome) console.log(`\n${title}, ${print(file, outcome)}\n  ${file}: to be opened in DevTools`)
      }
    }
  }
}

const reports = [
  ['cpu', cpuReport],
  ['heap', heapReport],
] as const
