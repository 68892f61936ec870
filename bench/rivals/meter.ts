import { setTimeout as wait } from 'node:timers/promises'
import { outcomeMark, type Order, type Outcome } from './order'
import { startProfile } from './profile/record'
import { quantile } from './statistics'

/** Counts what a client has done, and says when it is time to stop. */
export class Meter {
  messages = 0
  failed = 0
  failure: string | undefined
  isOver = false
  latenciesMs: number[] = []

  fail(error: unknown, messages: number): void {
    this.failed += messages
    this.failure ??= error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    // Whoever fails at once would go on for ever.
    if (this.failed >= 1000) this.isOver = true
  }
}

/** Lets a client work through warm-up and window, then to its end, and prints the outcome. */
export async function measure(
  { warmUpMs, seconds, profile }: Order<unknown>,
  work: (meter: Meter) => Promise<void>,
  meter = new Meter(),
): Promise<void> {
  const working = work(meter)
  working.catch(() => undefined)
  await wait(warmUpMs)
  const stopProfile = profile === undefined ? undefined : await startProfile(profile)
  meter.latenciesMs = []
  const begin = read(meter)
  await wait(seconds * 1000)
  const end = read(meter)
  const latencies = meter.latenciesMs.toSorted((a, b) => a - b)
  meter.isOver = true
  await stopProfile?.()
  await working
  print({ ...between(begin, end), ...counts(meter), ...latency(latencies) })
}

interface Reading {
  readonly messages: number
  readonly us: number
  readonly cpuUs: number
}

function read({ messages }: Meter): Reading {
  const { user, system } = process.cpuUsage()
  return { messages, us: Number(process.hrtime.bigint() / 1000n), cpuUs: user + system }
}

const between = (begin: Reading, end: Reading) => ({
  messages: end.messages - begin.messages,
  windowMs: (end.us - begin.us) / 1000,
  cpuUs: end.cpuUs - begin.cpuUs,
  window: [begin.us, end.us] as const,
})

const counts = ({ messages, failed, failure }: Meter) => ({
  total: messages,
  failed,
  ...(failure === undefined ? {} : { failure }),
  maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
})

const latency = (sorted: readonly number[]) =>
  sorted.length === 0 ? {} : { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) }

export function print(outcome: Outcome): void {
  process.stdout.write(`\n${outcomeMark}${JSON.stringify(outcome)}\n`)
}
