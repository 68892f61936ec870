import { readFileSync } from 'node:fs'
import type { Outcome } from '../rivals'
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
  const head =
    `µs of self time a message: ${messages} messages in ${(windowMs / 1000).toFixed(1)} s, ` +
    `${(cpuUs / messages).toFixed(3)} µs of CPU each, profiler included; ` +
    `of these ${(busy / messages).toFixed(3)} in the JavaScript thread`
  return [head, ...ranking.lines(messages)].join('\n')
}
