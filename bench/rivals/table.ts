import type { Contestant } from './contestant'
import type { Outcome } from './order'
import type { NamedWorkload, Run } from './rounds'
import { spreadOf, type Spread } from './statistics'

/** What a benchmark adds to its tables. */
export interface Tables<W extends NamedWorkload, C extends Contestant> {
  /** Behind the workload's title. */
  remarkOf?(workload: W): string
  /** µs of CPU a message. */
  targetOf(contestant: C, workload: W): number | undefined
  notesOf?(contestant: C, workload: W): readonly string[]
  /** Lines below the table. */
  verdictsOf?(workload: W, contestants: readonly C[], runs: readonly Run[]): readonly string[]
}

const columns = ['client', 'µs CPU/message', 'target', 'messages/s', 'p50 ms', 'p99 ms', 'max RSS MB', '']
const widths = [20, 20, 7, 22, 20, 20, 11, 0]

/** What all rounds of one workload have shown, median (min-max). */
export function tableOf<W extends NamedWorkload, C extends Contestant>(
  workload: W,
  contestants: readonly C[],
  all: readonly Run[],
  tables: Tables<W, C>,
): string {
  const { name, title } = workload
  const runs = all.filter(run => run.workload === name)
  if (runs.length === 0) return `\n${name}: ${title}: skipped, no chosen client has a call for it`
  const lines = contestants
    .map(contestant => ({ contestant, own: runs.filter(run => run.contestant === contestant.name) }))
    .filter(({ own }) => own.length > 0)
    .map(({ contestant, own }) => line(row(contestant, workload, own, tables)))
  const head = `${name}: ${title}${tables.remarkOf?.(workload) ?? ''}`
  const verdicts = tables.verdictsOf?.(workload, contestants, runs) ?? []
  return ['', head, line(columns), ...lines, ...verdicts.map(verdict => `  ${verdict}`)].join('\n')
}

function row<W extends NamedWorkload, C extends Contestant>(
  contestant: C,
  workload: W,
  runs: readonly Run[],
  tables: Tables<W, C>,
): string[] {
  const outcomes = runs.flatMap(({ outcome }) => (outcome ? [outcome] : []))
  const errors = [...new Set(runs.flatMap(({ error }) => (error === undefined ? [] : [error])))]
  const cell = (valueOf: (outcome: Outcome) => number | undefined, show = plain) => {
    const samples = outcomes.flatMap(outcome => valueOf(outcome) ?? [])
    return samples.length === 0 ? '-' : spread(spreadOf(samples), show)
  }
  const target = tables.targetOf(contestant, workload)
  const notes = tables.notesOf?.(contestant, workload) ?? []
  return [
    contestant.name,
    cell(cpuOf),
    target === undefined ? '' : plain(target),
    cell(rateOf, rate),
    cell(({ p50Ms }) => p50Ms),
    cell(({ p99Ms }) => p99Ms),
    outcomes.length === 0 ? '-' : String(Math.max(...outcomes.map(({ maxRssMb }) => maxRssMb))),
    [...notes, ...errors.map(error => `ERROR ${error.replace(/\s+/g, ' ')}`)].join('; '),
  ]
}

/** µs of the client's processor time for a message. */
const cpuOf = ({ cpuUs, messages }: Outcome): number | undefined =>
  messages === 0 ? undefined : cpuUs / messages

/** Messages a second. */
export const rateOf = ({ messages, windowMs }: Outcome): number => (messages / windowMs) * 1000

const spread = ({ min, median, max }: Spread, show: (value: number) => string) =>
  `${show(median)} (${show(min)}-${show(max)})`

/** Three digits. */
export const plain = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(+value.toPrecision(3))

export const rate = (value: number): string =>
  value >= 1e6 ? `${plain(value / 1e6)}M` : value >= 1000 ? `${plain(value / 1000)}k` : plain(value)

const line = (cells: readonly string[]): string =>
  `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' ')}`.trimEnd()
