import { KafkaClient, Producer } from '../../src'
import { stamped } from './stamp'

const perSecond = 1000

/** In a process of its own: sends 1,000 messages a second, spread evenly, until its parent lets go of it. */
async function pace(bootstrap: string, topic: string, bytes: number): Promise<void> {
  const producer = new Producer(new KafkaClient(bootstrap), { acks: 'leader' })
  await producer.send({ topic, value: stamped(bytes) })
  process.send?.('ready')
  const started = performance.now()
  let sent = 0
  setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
    for (; sent < due; sent++) producer.send({ topic, key: String(sent), value: stamped(bytes) }).subscribe()
  }, 1)
}

process.on('disconnect', () => process.exit())
const [bootstrap = '', topic = '', bytes = ''] = process.argv.slice(2)
void pace(bootstrap, topic, Number(bytes))
