import { KafkaClient } from '../../src'
import { handlers, type HandlerName } from './handlers'

/** The most that a reading process held since it was told last, in bytes. */
export interface Sample {
  readonly rss: number
  readonly heapTotal: number
  readonly external: number
  /** Handled so far. */
  readonly messages: number
}

const lookEveryMs = 20

/** In a process of its own: reads a topic with a handler that takes its time, and tells what it holds. */
function read(name: HandlerName, bootstrap: string, topic: string, handlerMs: number, everyMs: number): void {
  let messages = 0
  let most = { rss: 0, heapTotal: 0, external: 0 }
  const handled = (count: number): void => {
    messages += count
  }
  handlers[name]({ client: new KafkaClient(bootstrap), topic, handlerMs, handled }).subscribe({
    error: (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  })
  setInterval(() => {
    const { rss, heapTotal, external } = process.memoryUsage()
    most = {
      rss: Math.max(rss, most.rss),
      heapTotal: Math.max(heapTotal, most.heapTotal),
      external: Math.max(external, most.external),
    }
  }, lookEveryMs)
  setInterval(() => {
    process.send?.({ ...most, messages } satisfies Sample)
    most = { rss: 0, heapTotal: 0, external: 0 }
  }, everyMs)
}

process.on('disconnect', () => process.exit())
const [name = '', bootstrap = '', topic = '', handlerMs = '', everyMs = ''] = process.argv.slice(2)
read(name as HandlerName, bootstrap, topic, Number(handlerMs), Number(everyMs))
