import type { ProfileOrder } from './profile/record'

/** What a client process is told, as JSON in `BENCH_ORDER`. `Task` is what the benchmark is about. */
export interface Order<Task> {
  readonly bootstrap: string
  readonly topic: string
  /** Folder of the payload. */
  readonly payload: string
  readonly task: Task
  /** Not measured. */
  readonly warmUpMs: number
  readonly seconds: number
  readonly profile?: ProfileOrder | undefined
  /** Of the client alone. */
  readonly options: Readonly<Record<string, string | number>>
}

/** What it has measured, as JSON behind `outcomeMark` on a line of its standard output. */
export interface Outcome {
  /** Messages, in the window. */
  readonly messages: number
  readonly windowMs: number
  /** User and system time of the whole process, in the window. */
  readonly cpuUs: number
  /** Messages acknowledged from the first to the last, for a comparison with the log. */
  readonly total: number
  readonly failed: number
  readonly failure?: string
  readonly maxRssMb: number
  /** From the call to its end, in the window; of workloads that ask for it. */
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Begin and end of the window by the monotonic clock, in µs. */
  readonly window?: readonly [number, number]
}

export const outcomeMark = '@outcome '

export function readOrder<Task>(): Order<Task> {
  return JSON.parse(process.env['BENCH_ORDER'] ?? '') as Order<Task>
}
