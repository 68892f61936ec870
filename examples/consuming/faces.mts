/*
 * The samples of docs/consuming.md, one after another. Each reads a hundred orders.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders DEAD_LETTERS=orders-dead GROUP=billing node dist/examples/consuming/faces.mjs
 */
import {
  BehaviorSubject,
  concat,
  concatMap,
  defer,
  filter,
  firstValueFrom,
  ignoreElements,
  mergeMap,
  take,
} from 'rxjs'
import {
  Consumer,
  ConsumerGroup,
  KafkaClient,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  Producer,
  type ReceivedMessage,
} from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const deadLetters = process.env['DEAD_LETTERS'] ?? 'orders-dead'
const groupId = process.env['GROUP'] ?? 'billing'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'billing' })
const producer = new Producer(client)
const count = 100

const saved$ = new BehaviorSubject(0)
/** What a program does with messages. */
const save = async (messages: readonly unknown[]) => {
  await Promise.resolve()
  saved$.next(saved$.value + messages.length)
}
const charge = async (message: ReceivedMessage) => {
  if (String(message.value).endsWith('7')) throw new Error('no such account')
  await save([message])
}
const allSaved = async (face: string, expected = count) => {
  await firstValueFrom(saved$.pipe(filter(saved => saved >= expected)))
  console.log(`${face}: ${saved$.value} saved`)
  saved$.next(0)
}

for (let i = 0; i < count; i++)
  producer.send({ topic, key: `user ${i % 7}`, value: `order ${i}` }).subscribe({
    error: (error: Error) => console.error(error.message),
  })
await producer.flush()

const group = new ConsumerGroup(client, groupId, topic, { autoOffsetReset: 'earliest' })
group
  .process(batch => save(batch.messages), { maxConcurrency: 12 })
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('process')
await group.close()

const mail = new Consumer(client, topic, { groupId: `${groupId}-mail` })
mail
  .processEach(message => save([message]), { ordering: 'key', maxConcurrency: 64, from: OFFSET_EARLIEST })
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('processEach')
await mail.close()

// What cannot be saved goes elsewhere; when it is there, it is done.
const careful = new Consumer(client, topic, { autoOffsetReset: 'earliest' })
careful
  .processEach(charge, {
    onError: ({ key, value }, error) =>
      producer.send({ topic: deadLetters, key, value, headers: [['error', String(error)]] }),
  })
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('dead letters aside', 90)
await careful.close()

let left = count
try {
  for await (const batch of new Consumer(client, topic, { autoOffsetReset: 'earliest' })) {
    await save(batch.messages)
    left -= batch.count
    if (left <= 0) break
  }
} catch (error) {
  console.error(error)
}
await allSaved('for await')

const commits = new Consumer(client, topic, { groupId: `${groupId}-by-hand`, autoOffsetReset: 'earliest' })
commits
  .start(OFFSET_COMMITTED)
  .pipe(concatMap(batch => concat(defer(() => save(batch.messages)).pipe(ignoreElements()), batch.commit())))
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('start')
await commits.close()

const split = new Consumer(client, topic, { ack: 'manual' })
split
  .partitions$(OFFSET_EARLIEST)
  .pipe(
    mergeMap(batches$ =>
      batches$.pipe(
        concatMap(async batch => {
          await save(batch.messages)
          batch.ack()
        }),
      ),
    ),
  )
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('partitions$')
await split.close()

const asOrder = (bytes: Buffer) => {
  const [, number] = /^order (\d+)$/.exec(bytes.toString()) ?? []
  if (number === undefined) throw new TypeError('no order')
  return { number: Number(number) }
}
const typed = new Consumer(client, topic, {
  autoOffsetReset: 'earliest',
  keyDeserializer: bytes => bytes.toString(),
  valueDeserializer: asOrder,
})
typed
  .processEach(({ key, value }) => save([`${key} ordered number ${value?.number}`]), {
    // What is no order has its bytes.
    onError: ({ raw: { key, value } }, error) =>
      producer.send({ topic: deadLetters, key, value, headers: [['error', String(error)]] }),
  })
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('deserialized')
await typed.close()

let asked = 0
const isReady = () => ++asked > 1
const patient = new Consumer(client, topic, { autoOffsetReset: 'earliest' })
patient
  .process(batch => (isReady() ? save(batch.messages) : batch.nack({ delayMs: 500 })))
  .subscribe({ error: (error: Error) => console.error(error.message) })
await allSaved('after a nack')
await patient.close()

await new Consumer(client, topic)
  .start(OFFSET_EARLIEST)
  .pipe(take(1))
  .forEach(batch => console.log(`a look at ${batch.count} orders of partition ${batch.partition}`))

await client.close()
