import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RealBroker } from '../rivals'
import { fill } from './fill'
import { bars } from './plot'
import type { Sample } from './read'

const mebibyte = 1024 * 1024
/** Default `maxFetchBufferBytes`: what a client holds of messages not yet handled. */
const limitBytes = 64 * mebibyte
/** What the process may hold beyond that. */
const allowanceBytes = 136 * mebibyte
const samples = 40

const cases = [
  { bytes: 1024, partitions: 1 },
  { bytes: 1024, partitions: 300 },
  { bytes: 1_000_000, partitions: 1 },
  { bytes: 1_000_000, partitions: 300 },
]

/**
 * `npm run bench -- consume-memory [--seconds 20] [--backlog 1024] [--handler 1000]`: a backlog of so many MiB on a real broker,
 * read by a handler that takes so many ms for each batch. What the reading process holds is drawn over time, and must stay within
 * `maxFetchBufferBytes` and an allowance.
 */
async function main(): Promise<void> {
  const { seconds, backlog, handler } = options()
  const broker = await RealBroker.start({ retentionBytes: 1e12 })
  console.log(
    `maxFetchBufferBytes ${mb(limitBytes)}, at most ${mb(allowanceBytes)} more; ${backlog} MiB to read, ${handler} ms a batch`,
  )
  try {
    for (const one of cases) {
      const topic = `backlog-${one.bytes}-${one.partitions}`
      await broker.createTopic(topic, one.partitions)
      await fill(broker.bootstrap, { topic, ...one }, backlog * mebibyte)
      const held = await watch(broker.bootstrap, topic, handler, seconds)
      console.log(described(one, held))
    }
  } finally {
    await broker.stop()
  }
}

function options(): Readonly<Record<'seconds' | 'backlog' | 'handler', number>> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      backlog: { type: 'string', default: '1024' },
      handler: { type: 'string', default: '1000' },
    },
  })
  return {
    seconds: Number(values.seconds),
    backlog: Number(values.backlog),
    handler: Number(values.handler),
  }
}

/** What a process holds that reads the topic for so long. */
async function watch(
  bootstrap: string,
  topic: string,
  handlerMs: number,
  seconds: number,
): Promise<readonly Sample[]> {
  const everyMs = (seconds * 1000) / samples
  const reader = fork(join(__dirname, 'read.js'), [bootstrap, topic, String(handlerMs), String(everyMs)])
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

function described({ bytes, partitions }: (typeof cases)[number], held: readonly Sample[]): string {
  const peak = (of: (sample: Sample) => number) => Math.max(...held.map(of))
  const isSmall = peak(({ rss }) => rss) <= limitBytes + allowanceBytes
  const { messages } = held.at(-1)!
  const isRight = isSmall && messages > 0
  if (!isRight) process.exitCode = 1
  return [
    `${isRight ? 'ok  ' : 'FAIL'} ${bytes} B, ${partitions} partitions: ${messages} handled (${mb(messages * bytes)}), ` +
      `peak RSS ${mb(peak(({ rss }) => rss))}, heap ${mb(peak(({ heapUsed }) => heapUsed))}, external ${mb(peak(({ external }) => external))}`,
    ...bars(
      held.map(({ rss }) => rss),
      limitBytes + allowanceBytes,
    ).map(line => `     ${line}`),
  ].join('\n')
}

const mb = (bytes: number): string => `${(bytes / mebibyte).toFixed(0)} MiB`

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
