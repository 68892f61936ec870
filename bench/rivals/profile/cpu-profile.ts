import { readFileSync } from 'node:fs'
import type { Outcome } from '../order'
import type { CallFrame } from './places'
import { Ranking } from './ranking'

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[]
  /** µs by the monotonic clock. */
  readonly startTime: number
  readonly samples: readonly number[]
  /** µs from one sample to the next. */
  readonly timeDeltas: readonly number[]
}

/** Self time of functions in the measured window, in µs a message. */
export function cpuReport(file: string, { messages, cpuUs, windowMs, window }: Outcome): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const [begin, end] = window ?? [0, Infinity]
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const ranking = new Ranking()
  let at = profile.startTime
  let sampled = 0
  profile.samples.forEach((id, index) => {
    at += profile.timeDeltas[index]!
    // A sample stands for the time until the next one.
    const us = profile.timeDeltas[index + 1] ?? 0
    if (at < begin || at > end) return
    sampled += us
    ranking.add(frames.get(id)!, us)
  })
  const busy = sampled - ranking.of('idle')
  // Samples are of wall time: where other processes had the processor meanwhile, they are more than was used.
  const used = Math.min(1, cpuUs / busy)
  const head =
    `µs of self time a message: ${messages} messages in ${(windowMs / 1000).toFixed(1)} s, ` +
    `${(cpuUs / messages).toFixed(3)} µs of CPU each, profiler included; ` +
    `${((busy * used) / messages).toFixed(3)} of them in the JavaScript thread` +
    (used < 0.95 ? `; it had the processor ${Math.round(used * 100)} % of its time` : '')
  return [head, ...ranking.lines(used / messages)].join('\n')
}
