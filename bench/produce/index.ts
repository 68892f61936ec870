import { mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { RealBroker, writePayload } from '../rivals'
import type { Contestant, Prepared } from './contestants'
import { readOptions, type Options } from './options'
import { printProfiles } from './profile'
import { prepareAll, runOnce, type Run, type Stage } from './rounds'
import { tableOf } from './table'
import { topicOf, workloads, type Workload } from './workloads'

/** `npm run bench -- produce`: what producing on a real broker costs, side by side with other clients; see README.md. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const folder = mkdtempSync(join(tmpdir(), 'rx-kafka-bench-'))
  writePayload(folder, [...new Set(workloads.map(({ bytes }) => bytes))])
  const field = await prepareAll(options.contestants, folder)
  const broker = await RealBroker.start()
  const stage: Stage = { broker, folder, seconds: options.seconds, warmUpMs: options.warmUpMs }
  try {
    printHead(broker, options, field)
    for (const workload of options.workloads) await broker.createTopic(topicOf(workload))
    await warmUp(stage, [...field], options.workloads)
    if (options.profile) await printProfiles(stage, [...field], options.workloads)
    else report(options, folder, await measureAll(stage, options, [...field]))
  } finally {
    await broker.stop()
  }
}

function printHead(
  { version }: RealBroker,
  { rounds, seconds, warmUpMs }: Options,
  field: Map<Contestant, Prepared>,
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
  for (const { name, setting } of field.keys()) console.log(`  ${name.padEnd(20)} ${setting}`)
}

type Field = readonly (readonly [Contestant, Prepared])[]

/** The broker's JVM is to have compiled what it needs before anyone is measured. */
async function warmUp(stage: Stage, field: Field, wanted: readonly Workload[]): Promise<void> {
  for (const workload of wanted) {
    const able = field.filter(([{ workloads: names }]) => names.includes(workload.name))
    const fastest = able.find(([{ name }]) => name === 'java') ?? able.at(-1)
    if (fastest) await runOnce({ ...stage, seconds: 1 }, fastest, workload)
  }
}

/** Each round every client once, in an order that moves on by one from round to round. */
async function measureAll(
  stage: Stage,
  { rounds, workloads: wanted }: Options,
  field: Field,
): Promise<Run[]> {
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++) {
    for (const workload of wanted) {
      const able = field.filter(([{ workloads: names }]) => names.includes(workload.name))
      const first = round % Math.max(1, able.length)
      for (const one of [...able.slice(first), ...able.slice(0, first)]) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${workload.name} ${one[0].name}\n`)
        runs.push({ round, ...(await runOnce(stage, one, workload)) })
      }
    }
  }
  return runs
}

function report(
  { contestants, workloads: wanted, ...options }: Options,
  folder: string,
  runs: readonly Run[],
): void {
  for (const workload of wanted) console.log(tableOf(workload, contestants, runs))
  const file = join(folder, 'produce.json')
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    node: process.version,
    loadAtEnd: loadavg(),
  }
  const settings = contestants.map(({ name, setting }) => ({ name, setting }))
  const { seconds, rounds, warmUpMs } = options
  writeFileSync(
    file,
    JSON.stringify({ machine, seconds, rounds, warmUpMs, settings, workloads: wanted, runs }, null, 1),
  )
  console.log(`\nall runs: ${file}`)
  if (runs.some(({ error }) => error !== undefined)) process.exitCode = 1
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
