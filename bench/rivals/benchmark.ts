import { mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareAll, type Contestant, type Entrant } from './contestant'
import { readOptions, type Choice, type Options } from './options'
import { printProfiles } from './profile/print'
import { RealBroker } from './real-broker'
import { measureAll, warmUp, type NamedWorkload, type Run, type RunOnce, type Stage } from './rounds'
import { tableOf, type Tables } from './table'

/** Clients side by side on a real broker: who, what, and how it is told. */
export interface Benchmark<W extends NamedWorkload, C extends Contestant> extends Choice<W, C>, Tables<W, C> {
  readonly name: string
  /** Bytes that the broker keeps of a partition. */
  readonly retentionBytes?: number
  /** Writes the payload, makes and fills topics. */
  prepare(stage: Stage, options: Options<W, C>): Promise<void>
  readonly runOnce: RunOnce<W, C>
}

/** Measures as the command line says; prints tables, or profiles of ours. */
export function runBenchmark<W extends NamedWorkload, C extends Contestant>(
  benchmark: Benchmark<W, C>,
): void {
  run(benchmark).catch(error => {
    console.error(error)
    process.exitCode = 1
  })
}

async function run<W extends NamedWorkload, C extends Contestant>(benchmark: Benchmark<W, C>): Promise<void> {
  const options = readOptions(process.argv.slice(2), benchmark)
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-bench-'))
  const field = await prepareAll(options.contestants, folder)
  const broker = await RealBroker.start(benchmark)
  const stage: Stage = { broker, folder, seconds: options.seconds, warmUpMs: options.warmUpMs }
  const { workloads: wanted, rounds } = options
  const { runOnce } = benchmark
  try {
    printHead(broker, options, field)
    await benchmark.prepare(stage, options)
    await warmUp({ stage, field, wanted, runOnce })
    if (options.profile) await printProfiles(stage, field, wanted, runOnce)
    else report(benchmark, options, folder, await measureAll({ stage, field, wanted, runOnce }, rounds))
  } finally {
    await broker.stop()
  }
}

function printHead<W extends NamedWorkload, C extends Contestant>(
  { version }: RealBroker,
  { rounds, seconds, warmUpMs }: Options<W, C>,
  field: readonly Entrant<C>[],
): void {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
  console.log(
    `Kafka ${version}, 1 node, 12 partitions; ${machine}; ${rounds} rounds of ${seconds} s after ${warmUpMs / 1000} s; median (min-max)`,
  )
  const load = loadavg()[0]!
  // Waiting for the processor costs a client more than the wait: its caches, and batches that come out smaller.
  if (load > 0.5)
    console.log(
      `  this machine does other work, load ${load.toFixed(1)}: do not take the figures at face value`,
    )
  for (const [{ name, setting }] of field) console.log(`  ${name.padEnd(20)} ${setting}`)
}

function report<W extends NamedWorkload, C extends Contestant>(
  benchmark: Benchmark<W, C>,
  { contestants, workloads, ...options }: Options<W, C>,
  folder: string,
  runs: readonly Run[],
): void {
  for (const workload of workloads) console.log(tableOf(workload, contestants, runs, benchmark))
  const file = join(folder, `${benchmark.name}.json`)
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    node: process.version,
    loadAtEnd: loadavg(),
  }
  const settings = contestants.map(({ name, setting }) => ({ name, setting }))
  const { seconds, rounds, warmUpMs, own } = options
  writeFileSync(
    file,
    JSON.stringify({ machine, seconds, rounds, warmUpMs, ...own, settings, workloads, runs }, null, 1),
  )
  console.log(`\nall runs: ${file}`)
  if (runs.some(({ error }) => error !== undefined)) process.exitCode = 1
}
