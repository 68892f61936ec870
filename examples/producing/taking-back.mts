/*
 * Samples of docs/producing.md: messages that are taken back.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/taking-back.mjs
 */
import { firstValueFrom, timeout, TimeoutError as WaitedLongEnough } from 'rxjs'
import { CancelledError, KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })

// A batch stays open for a second, so there is time to change one's mind.
const patient = new Producer(client, { bufferTime: 1000 })
const mistake = patient.send({ topic, key: 'ada', value: 'cancelled' })
console.log(`taken back: ${mistake.cancel()}`)
await mistake.catch((error: unknown) => console.log(error instanceof CancelledError))

const delivery = patient.send({ topic, key: 'ada', value: 'paid' })
try {
  await firstValueFrom(delivery.pipe(timeout(100)))
} catch (error) {
  if (!(error instanceof WaitedLongEnough)) throw error
  // Nobody listens any more, and the message is still on its way.
  console.log(delivery.cancel() ? 'not sent' : 'sent, or about to be')
}

await client.close()
