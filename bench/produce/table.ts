import { spreadOf, type Outcome, type Spread } from '../rivals'
import type { Contestant } from './contestants'
import type { Run } from './rounds'
import { awaitCost, type Workload } from './workloads'

const columns = ['client', 'µs CPU/message', 'target', 'messages/s', 'p50 ms', 'p99 ms', 'max RSS MB', '']
const widths = [20, 20, 7, 22, 18, 18, 11, 0]

/** What all rounds of one workload have shown, median (min-max). */
export function tableOf(
  workload: Workload,
  contestants: readonly Contestant[],
  runs: readonly Run[],
): string {
  const { name, title, acks, idempotent } = workload
  if (!runs.some(run => run.workload === name))
    return `\n${name}: ${title}: skipped, no chosen client has a call for it`
  const lines = contestants
    .map(contestant => ({ contestant, own: runs.filter(run => isOf(run, contestant, workload)) }))
    .filter(({ own }) => own.length > 0)
    .map(({ contestant, own }) => line(row(contestant, workload, own)))
  const head = `${name}: ${title}; acks ${acks}${idempotent ? ', idempotent' : ''}`
  return ['', head, line(columns), ...lines].join('\n')
}

const isOf = (run: Run, { name }: Contestant, workload: Workload) =>
  run.contestant === name && run.workload === workload.name

function row(contestant: Contestant, workload: Workload, runs: readonly Run[]): string[] {
  const outcomes = runs.flatMap(({ outcome }) => (outcome ? [outcome] : []))
  const errors = [...new Set(runs.flatMap(({ error }) => (error === undefined ? [] : [error])))]
  const cell = (valueOf: (outcome: Outcome) => number | undefined, show = plain) => {
    const samples = outcomes.flatMap(outcome => valueOf(outcome) ?? [])
    return samples.length === 0 ? '-' : spread(spreadOf(samples), show)
  }
  return [
    contestant.name,
    cell(cpuOf),
    targetOf(contestant, workload),
    cell(({ messages, windowMs }) => (messages / windowMs) * 1000, rate),
    cell(({ p50Ms }) => p50Ms),
    cell(({ p99Ms }) => p99Ms),
    outcomes.length === 0 ? '-' : String(Math.max(...outcomes.map(({ maxRssMb }) => maxRssMb))),
    [...notes(contestant, workload), ...errors.map(error => `ERROR ${error.replace(/\s+/g, ' ')}`)].join(
      '; ',
    ),
  ]
}

/** µs of the client's processor time for a message. */
export const cpuOf = ({ cpuUs, messages }: Outcome): number | undefined =>
  messages === 0 ? undefined : cpuUs / messages

function targetOf({ ours, style }: Contestant, { target }: Workload): string {
  if (!ours || target === undefined) return ''
  return plain(style === 'subscribe' ? target : target + awaitCost)
}

const notes = ({ oneByOne }: Contestant, { perCall }: Workload) =>
  oneByOne && perCall > 1 ? ['one a call'] : []

const spread = ({ min, median, max }: Spread, show: (value: number) => string) =>
  `${show(median)} (${show(min)}-${show(max)})`

/** Three digits. */
const plain = (value: number): string => (value >= 100 ? value.toFixed(0) : String(+value.toPrecision(3)))

const rate = (value: number): string =>
  value >= 1e6 ? `${plain(value / 1e6)}M` : value >= 1000 ? `${plain(value / 1000)}k` : plain(value)

const line = (cells: readonly string[]): string =>
  `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' ')}`.trimEnd()
