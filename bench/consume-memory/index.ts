import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RealBroker } from '../rivals'
import { fill } from './fill'
import { handlerNames, type HandlerName } from './handlers'
import { bars } from './plot'
import type { Sample } from './read'
import { workloads, type Workload } from './workloads'

/** Default `maxFetchBufferBytes`: what a client holds of messages not yet handled. */
const bufferBytes = 64 * 1024 * 1024
/** What the process may hold beyond that, all in all. */
const allowanceBytes = 120_000_000
const limitBytes = bufferBytes + allowanceBytes
const compressedBytes = 50_000_000
const samples = 40

interface Settings {
  readonly seconds: number
  readonly backlog: number
  readonly handler: number
  readonly only: string
}

/**
 * `npm run bench -- consume-memory [--seconds 60] [--backlog 2000] [--handler 1000] [--only zstd]`: a backlog of so many MB
 * on a real broker, and 50 MB of zstd batches that become a hundred times as large, read by handlers that take so many ms for
 * each batch. What each reading process holds is drawn over time, and must stay within `maxFetchBufferBytes` and 120 MB.
 */
async function main(): Promise<void> {
  const settings = settingsOf()
  const { backlog, only } = settings
  const broker = await RealBroker.start({ retentionBytes: 1e12 })
  console.log(
    `limit ${mb(limitBytes)}: maxFetchBufferBytes ${mb(bufferBytes)} and ${mb(allowanceBytes)}; ` +
      `${backlog} MB to read, ${settings.handler} ms a batch`,
  )
  try {
    for (const workload of workloads.filter(({ topic }) => topic.includes(only))) {
      await broker.createTopic(workload.topic, workload.partitions)
      await fill(broker.bootstrap, workload, workload.isCompressed ? compressedBytes : backlog * 1e6)
      const watching = handlerNames.map(name => watch(name, broker.bootstrap, workload.topic, settings))
      for (const [at, held] of (await Promise.all(watching)).entries())
        console.log(described(workload, handlerNames[at]!, held))
    }
  } finally {
    await broker.stop()
  }
}

function settingsOf(): Settings {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      backlog: { type: 'string', default: '2000' },
      handler: { type: 'string', default: '1000' },
      only: { type: 'string', default: '' },
    },
  })
  return {
    seconds: Number(values.seconds),
    backlog: Number(values.backlog),
    handler: Number(values.handler),
    only: values.only,
  }
}

/** What a process holds that reads the topic for so long. */
async function watch(
  name: HandlerName,
  bootstrap: string,
  topic: string,
  { handler, seconds }: Settings,
): Promise<readonly Sample[]> {
  const everyMs = (seconds * 1000) / samples
  const reader = fork(join(__dirname, 'read.js'), [name, bootstrap, topic, `${handler}`, `${everyMs}`])
  const ended = once(reader, 'exit')
  const seen: Sample[] = []
  reader.on('message', sample => {
    seen.push(sample as Sample)
    if (seen.length === samples) reader.disconnect()
  })
  await ended
  if (seen.length < samples) throw new Error(`the reader of ${topic} ended early`)
  return seen
}

function described({ topic, messageBytes }: Workload, name: HandlerName, held: readonly Sample[]): string {
  const peak = (of: (sample: Sample) => number) => Math.max(...held.map(of))
  const isSmall = peak(({ rss }) => rss) <= limitBytes
  const { messages } = held.at(-1)!
  const isRight = isSmall && messages > 0
  if (!isRight) process.exitCode = 1
  return [
    `${isRight ? 'ok  ' : 'FAIL'} ${topic}, ${name}: ${messages} messages handled (${mb(messages * messageBytes)}), ` +
      `peak RSS ${mb(peak(({ rss }) => rss))}, heap ${mb(peak(({ heapTotal }) => heapTotal))}, external ${mb(peak(({ external }) => external))}`,
    ...bars(
      held.map(({ rss }) => rss),
      limitBytes,
    ).map(line => `     ${line}`),
  ].join('\n')
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
