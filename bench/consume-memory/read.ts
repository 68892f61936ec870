import { setTimeout as wait } from 'node:timers/promises'
import { Consumer, KafkaClient, OFFSET_EARLIEST } from '../../src'

/** What a reading process holds, once in a while, in bytes. */
export interface Sample {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  /** Handled so far. */
  readonly messages: number
}

/** In a process of its own: reads a topic with a handler that takes its time, and tells what it holds. */
function read(bootstrap: string, topic: string, handlerMs: number, everyMs: number): void {
  let messages = 0
  const handle = async ({ count }: { readonly count: number }): Promise<void> => {
    await wait(handlerMs)
    messages += count
  }
  new Consumer(new KafkaClient(bootstrap), topic)
    .process(handle, { from: OFFSET_EARLIEST })
    .subscribe({ error: (error: unknown) => fail(error) })
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage()
    process.send?.({ rss, heapUsed, external, messages } satisfies Sample)
  }, everyMs)
}

function fail(error: unknown): void {
  console.error(error)
  process.exit(1)
}

process.on('disconnect', () => process.exit())
const [bootstrap = '', topic = '', handlerMs = '', everyMs = ''] = process.argv.slice(2)
read(bootstrap, topic, Number(handlerMs), Number(everyMs))
