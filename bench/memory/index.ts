import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Filled } from './fill'

const limitBytes = 32 * 1024 * 1024
/** What the process may hold beyond `maxBufferedBytes`. */
const allowanceBytes = 150 * 1024 * 1024
/** How long the broker stands still after the producer is full, in ms. */
const heldMs = 5000

/**
 * `npm run bench -- memory`: a broker stands still (its process is stopped) while a producer with `maxBufferedBytes` of
 * 32 MiB is given all that it takes. Then the broker goes on, and everything that was accepted must go out.
 */
async function main(): Promise<void> {
  console.log(`maxBufferedBytes ${mb(limitBytes)}; the process may hold ${mb(allowanceBytes)} more`)
  for (const [bytes, partitions] of [
    [1024, 12],
    [1024, 1000],
    [1_000_000, 12],
    [1_000_000, 1000],
  ] as const) {
    const { filled, written } = await measure(bytes, partitions)
    const { accepted, acceptedBytes, delivered, failed, peakRss } = filled
    const isRight = failed === 0 && delivered === accepted && written === accepted + partitions
    const isSmall = acceptedBytes <= limitBytes && peakRss <= limitBytes + allowanceBytes
    if (!isRight || !isSmall) process.exitCode = 1
    console.log(
      `${isRight && isSmall ? 'ok  ' : 'FAIL'} ${bytes} B, ${partitions} partitions: ${accepted} accepted (${mb(acceptedBytes)}), ` +
        `${delivered} delivered, ${failed} failed, ${written - partitions} in the log, peak RSS ${mb(peakRss)}`,
    )
  }
}

async function measure(bytes: number, partitions: number): Promise<{ filled: Filled; written: number }> {
  const broker = fork(join(__dirname, 'serve.js'), [String(partitions)])
  const { bootstrap } = await told<{ bootstrap: string }>(broker)
  const producer = fork(join(__dirname, 'fill.js'), [bootstrap, String(bytes), String(partitions)])
  await told(producer)
  broker.kill('SIGSTOP')
  producer.send('go')
  await told(producer)
  await new Promise(resolve => setTimeout(resolve, heldMs))
  broker.kill('SIGCONT')
  const filled = await told<Filled>(producer)
  broker.send('count')
  const { messages } = await told<{ messages: number }>(broker)
  broker.disconnect()
  return { filled, written: messages }
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

void main()
