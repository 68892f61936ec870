import { plain, rate, rateOf, spreadOf, type Outcome, type Run } from '../rivals'
import type { ConsumingContestant } from './contestants'
import { maxRssMb, type Goal, type Workload } from './workloads'

interface Figures {
  readonly name: string
  readonly rate: number
  readonly p50Ms: number
  readonly rssMb: number
}

/** How ours stands to the best other client for Node, and to what it is to reach. */
export function verdictsOf(
  { goal }: Workload,
  contestants: readonly ConsumingContestant[],
  runs: readonly Run[],
): string[] {
  const figuresOf = (some: readonly ConsumingContestant[]) =>
    some.flatMap(({ name }) => medians(name, runs) ?? [])
  const others = figuresOf(contestants.filter(({ ours, onNode }) => onNode && !ours))
  const ours = figuresOf(contestants.filter(({ ours: isOurs, style }) => isOurs && style !== 'each'))
  return ours.map(one => `${one.name}: ${[...compared(one, others, goal), rssVerdict(one)].join('; ')}`)
}

function compared(one: Figures, others: readonly Figures[], goal: Goal): string[] {
  if (others.length === 0) return []
  const { rateOverBest, rateEnough = Infinity, p50OverBestMs } = goal
  const said: string[] = []
  if (rateOverBest !== undefined) {
    const best = others.reduce((a, b) => (b.rate > a.rate ? b : a))
    const times = one.rate / best.rate
    const isMet = times >= rateOverBest || one.rate >= rateEnough
    const enough = rateEnough < Infinity ? ` or ${rate(rateEnough)}` : ''
    said.push(
      `${plain(times)} x messages/s of ${best.name}, target ${rateOverBest} x${enough}: ${met(isMet)}`,
    )
  }
  if (p50OverBestMs !== undefined) {
    const best = others.reduce((a, b) => (b.p50Ms < a.p50Ms ? b : a))
    const over = one.p50Ms - best.p50Ms
    said.push(
      `p50 ${over.toFixed(3)} ms over ${best.name}, target ${p50OverBestMs}: ${met(over <= p50OverBestMs)}`,
    )
  }
  return said
}

const rssVerdict = ({ rssMb }: Figures) => `RSS target ${maxRssMb} MB: ${met(rssMb < maxRssMb)}`

const met = (isMet: boolean): string => (isMet ? 'met' : 'MISSED')

function medians(name: string, runs: readonly Run[]): Figures | undefined {
  const own = runs.flatMap(({ contestant, outcome }) => (contestant === name && outcome ? [outcome] : []))
  if (own.length === 0) return undefined
  const median = (valueOf: (outcome: Outcome) => number) => spreadOf(own.map(valueOf)).median
  return {
    name,
    rate: median(rateOf),
    p50Ms: median(({ p50Ms = Infinity }) => p50Ms),
    rssMb: Math.max(...own.map(one => one.maxRssMb)),
  }
}
