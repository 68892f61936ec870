/*
 * A sample of docs/producing.md: a web service that answers when the message is written. Try it:
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders PORT=8080 node dist/examples/producing/web-service.mjs
 *     curl -d created localhost:8080/ada
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  BufferFullError,
  ClosedError,
  DeliveryError,
  KafkaClient,
  KafkaError,
  MessageTooLargeError,
  Producer,
  SerializationError,
} from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client, { deliveryTimeoutMs: 10_000, maxBlockMs: 5000 })

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const value = await text(request)
    const receipt = await producer.send({ topic, key: request.url!.slice(1), value })
    answer(response, 201, receipt)
  } catch (error) {
    answer(response, statusOf(error), { error: error instanceof Error ? error.message : String(error) })
  }
}

function statusOf(error: unknown): number {
  // It is not in the log: come again later.
  if (error instanceof BufferFullError || error instanceof ClosedError) return 503
  if (error instanceof MessageTooLargeError) return 413
  if (error instanceof SerializationError) return 422
  // It may be in the log: whoever sends it again may double it.
  if (error instanceof DeliveryError && error.maybeWritten) return 504
  const why = error instanceof DeliveryError ? error.cause : error
  return why instanceof KafkaError && why.retriable ? 503 : 500
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const server = createServer((request, response) => void take(request, response))
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () =>
  console.log(`listening on ${(server.address() as AddressInfo).port}`),
)

process.once('SIGTERM', () => {
  server.close()
  // What was accepted is sent, and its requests are answered; what comes now gets 503.
  client.close({ timeoutMs: 10_000 }).subscribe({
    complete: () => console.log('closed'),
    error: (error: Error) => console.error(error.message),
  })
})
