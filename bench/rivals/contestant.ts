import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from './client-process'

/** A client and a way to use it. */
export interface Contestant {
  readonly name: string
  /** How it is used, beside its defaults; for the head of the table. */
  readonly setting: string
  /** Names of those it has a call for. */
  readonly workloads: readonly string[]
  /** Takes part only when it is asked for by name. */
  readonly onDemand?: boolean
  /** At least. */
  readonly warmUpMs?: number
  readonly ours?: true
  prepare(work: string): Promise<Prepared>
}

export interface Prepared {
  readonly command: Command
  /** Of its package. */
  readonly folder?: string
}

/** Who takes part, with what was made for it. */
export type Entrant<C extends Contestant> = readonly [C, Prepared]

/** Makes what contestants need; who cannot be had is told of and left out. */
export async function prepareAll<C extends Contestant>(
  contestants: readonly C[],
  folder: string,
): Promise<Entrant<C>[]> {
  const ready: Entrant<C>[] = []
  for (const contestant of contestants) {
    const work = join(folder, contestant.name)
    mkdirSync(work, { recursive: true })
    try {
      ready.push([contestant, await contestant.prepare(work)])
    } catch (error) {
      console.log(`${contestant.name} is left out: ${String(error)}`)
    }
  }
  return ready
}
