import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow, type Api, type RequestOf } from '../../../src/protocol'
import { seededRandom, type EmbeddedKafkaOptions } from '../../../src/broker'
import { batchOf } from '../../support/wire'
import { BrokerRig } from '../broker-rig'
import { Asker } from './asker'

const { AddPartitionsToTxn, EndTxn, FindCoordinator, InitProducerId, Produce } = Apis
const transactionalId = 'billing'
const nameOf = (code: number) => errorRow(code).name

/** A transactional producer on virtual time. */
class Producer {
  readonly rig: BrokerRig
  id = -1n
  epoch = -1
  #coordinator: Asker | undefined
  #leader: Asker | undefined

  constructor(rig: BrokerRig) {
    this.rig = rig
  }

  static async start(options: EmbeddedKafkaOptions = {}): Promise<Producer> {
    const producer = new Producer(await BrokerRig.start(options))
    await producer.find()
    while ((await producer.init()) !== 'NONE') await producer.rig.clock.advance(5)
    return producer
  }

  /** Looks for the coordinator. */
  async find(): Promise<number> {
    const { kafka } = this.rig
    const asker = new Asker(
      this.rig,
      kafka.brokers.find(({ id }) => kafka.broker(id).isUp),
    )
    const ask = () => asker.ask(FindCoordinator, 2, { key: transactionalId, keyType: 1, coordinatorKeys: [] })
    let found = await ask()
    while (found.errorCode !== 0) {
      await this.rig.clock.advance(5)
      found = await ask()
    }
    this.#coordinator = this.#ask(found.nodeId)
    return found.nodeId
  }

  async init(): Promise<string> {
    const body = { transactionalId, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 }
    const answer = await this.#coordinator!.ask(InitProducerId, 4, body)
    if (answer.errorCode === 0) {
      this.id = BigInt(String(answer.producerId))
      this.epoch = answer.producerEpoch
    }
    return nameOf(answer.errorCode)
  }

  async add(): Promise<string> {
    const answer = await this.#coordinator!.ask(AddPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: this.id,
      v3AndBelowProducerEpoch: this.epoch,
      v3AndBelowTopics: [{ name: 'orders', partitions: [0] }],
    })
    return nameOf(answer.resultsByTopicV3AndBelow[0]!.resultsByPartition[0]!.partitionErrorCode)
  }

  async end(committed: boolean, version = 4): Promise<string> {
    const body = { transactionalId, producerId: this.id, producerEpoch: this.epoch, committed }
    const answer = await this.#coordinator!.ask(EndTxn, version, body)
    if (answer.errorCode === 0 && version >= 5) this.epoch = answer.producerEpoch
    return nameOf(answer.errorCode)
  }

  async send(sequence: number, version = 11): Promise<string> {
    this.#leader ??= this.#ask(this.rig.kafka.partition('orders').leader)
    const stamp = { producerId: this.id, producerEpoch: this.epoch, baseSequence: sequence }
    const records = batchOf([`${sequence}`], {
      ...stamp,
      transactional: true,
      timestamp: this.rig.clock.now(),
    })
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
    const body = { transactionalId, acks: -1, timeoutMs: 1000, topicData }
    const answer = await this.#leader.ask(Produce, version, body)
    const told = answer.responses[0]!.partitionResponses[0]!
    return told.errorCode === 0 ? String(told.baseOffset) : nameOf(told.errorCode)
  }

  ask<A extends Api>(api: A, version: number, body: RequestOf<A>) {
    return this.#coordinator!.ask(api, version, body)
  }

  get state() {
    return this.rig.kafka.transaction(transactionalId)!.state
  }

  get markers(): string[] {
    return this.rig.kafka.partition('orders').batches.flatMap(batch => {
      const control = batch.control()
      return control ? [`${control.controlType} ${batch.producerEpoch} by ${control.coordinatorEpoch}`] : []
    })
  }

  #ask(broker: number): Asker {
    return new Asker(
      this.rig,
      this.rig.kafka.brokers.find(({ id }) => id === broker),
    )
  }
}

test('a transaction outlives its coordinator, whose successor has to read it first', async () => {
  const producer = await Producer.start({ brokers: 3 })
  const { kafka, clock } = producer.rig
  await producer.add()
  assert.is(await producer.send(0), '0')
  kafka.moveTransactionCoordinator(transactionalId)
  assert.is(await producer.end(true), 'NOT_COORDINATOR')
  await clock.advance(4)
  kafka.moveTransactionCoordinator(transactionalId)
  await clock.advance(5)
  await producer.find()
  assert.is(await producer.add(), 'NONE')
  assert.is(await producer.end(true), 'NONE')
  await clock.advance(20)
  assert.equal(producer.markers, ['commit 0 by 2'])
  assert.is(kafka.partition('orders').lastStableOffset, 2n)
  await producer.rig.close()
})

test('a coordinator that has just taken over loads, and batches that have to be verified wait for it', async () => {
  const producer = await Producer.start({ brokers: 3, metadataLagMs: 50 })
  const { kafka, clock } = producer.rig
  await producer.add()
  kafka.moveTransactionCoordinator(transactionalId)
  const asked = producer.rig.kafka.brokers.map(broker => new Asker(producer.rig, broker))
  const body = { transactionalId, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 }
  const told = await Promise.all(asked.map(asker => asker.ask(InitProducerId, 4, body)))
  assert.equal(told.map(({ errorCode }) => nameOf(errorCode)).sort(), [
    'COORDINATOR_LOAD_IN_PROGRESS',
    'NOT_COORDINATOR',
    'NOT_COORDINATOR',
  ])
  assert.is(await producer.send(0), 'NOT_ENOUGH_REPLICAS')
  await clock.advance(60)
  assert.is(await producer.send(0), '0')
  await producer.rig.close()
})

test('markers wait for a partition without a leader, and are written when it has one again', async () => {
  const producer = await Producer.start({ brokers: 3, topics: { orders: { replicationFactor: 1 } } })
  const { kafka, clock } = producer.rig
  const coordinator = await producer.find()
  const { leader } = kafka.partition('orders')
  if (leader === coordinator) kafka.moveTransactionCoordinator(transactionalId)
  await clock.advance(20)
  await producer.find()
  await producer.add()
  await producer.send(0)
  await kafka.broker(leader).kill()
  await clock.advance(500)
  await producer.find()
  assert.is(await producer.end(false), 'NONE')
  await clock.advance(1000)
  assert.equal([producer.state, producer.markers], ['PrepareAbort', []])
  await kafka.broker(leader).start()
  await clock.advance(1000)
  assert.is(producer.state, 'CompleteAbort')
  assert.is(producer.markers.length, 1)
  await producer.rig.close()
})

test('while markers wait a new batch is held for a moment; if they take longer it is CONCURRENT_TRANSACTIONS', async () => {
  for (const [transactionMarkerDelayMs, told] of [
    [50, '2'],
    [500, 'CONCURRENT_TRANSACTIONS'],
  ] as const) {
    const producer = await Producer.start({ transactionMarkerDelayMs })
    assert.is(await producer.send(0, 12), '0')
    assert.is(await producer.end(true, 5), 'NONE')
    assert.is(await producer.send(0, 12), told)
    await producer.rig.close()
  }
})

test('a partition that is truncated behind the end of a transaction has it open again', async () => {
  const producer = await Producer.start()
  const { kafka, clock } = producer.rig
  await producer.add()
  await producer.send(0)
  await producer.end(true)
  await clock.advance(20)
  assert.is(kafka.partition('orders').lastStableOffset, 2n)
  kafka.partition('orders').truncateTo(1)
  assert.is(kafka.partition('orders').lastStableOffset, 0n)
  await producer.rig.close()
})

test('the topics of a transaction may be gone when it ends', async () => {
  const producer = await Producer.start()
  await producer.add()
  await producer.rig.done(producer.rig.kafka.deleteTopic('orders'))
  assert.is(await producer.end(true), 'NONE')
  await producer.rig.clock.advance(20)
  assert.is(producer.state, 'CompleteCommit')
  await producer.rig.close()
})

test('a broker of 2.8 verifies nothing, and knows no epochs of transactions', async () => {
  const producer = await Producer.start({ versions: '2.8' })
  assert.is(await producer.send(0, 9), '0')
  const { kafka, clock } = producer.rig
  assert.is(kafka.partition('orders').lastStableOffset, 0n)
  const { apiKeys, finalizedFeatures } = await producer.ask(Apis.ApiVersions, 3, {
    clientSoftwareName: 'a',
    clientSoftwareVersion: '1',
  })
  assert.equal(finalizedFeatures, [])
  assert.is(apiKeys.find(({ apiKey }) => apiKey === EndTxn.key)!.maxVersion, 3)
  await producer.add()
  assert.is(await producer.init(), 'CONCURRENT_TRANSACTIONS')
  await clock.advance(20)
  assert.is(await producer.init(), 'NONE')
  assert.equal([producer.epoch, producer.markers], [2, ['abort 1 by 0']])
  await producer.rig.close()
})

test('where verifying is switched off any partition may be written to', async () => {
  const producer = await Producer.start({ config: { 'transaction.partition.verification.enable': false } })
  assert.is(await producer.send(0), '0')
  await producer.ask(FindCoordinator, 2, { key: 'group', keyType: 0, coordinatorKeys: [] })
  await producer.rig.clock.advance(20)
  const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }]
  const { topics } = await producer.ask(Apis.TxnOffsetCommit, 3, {
    transactionalId,
    groupId: 'group',
    producerId: producer.id,
    producerEpoch: producer.epoch,
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: 'orders', partitions }],
  })
  assert.is(topics[0]!.partitions[0]!.errorCode, 0)
  await producer.rig.close()
})

test('producer ids never run out: the next ones are fetched while there are some left', async () => {
  const rig = await BrokerRig.start()
  const asker = new Asker(rig)
  const body = { transactionalId: null, transactionTimeoutMs: 1, producerId: -1n, producerEpoch: -1 }
  const first = await asker.ask(InitProducerId, 4, body)
  assert.is(nameOf(first.errorCode), 'COORDINATOR_LOAD_IN_PROGRESS')
  await rig.clock.advance(5)
  const base = BigInt(String((await asker.ask(InitProducerId, 4, body)).producerId))
  for (let id = 1n; id < 2500n; id++) {
    const { errorCode, producerId } = await asker.ask(InitProducerId, 4, body)
    assert.is(nameOf(errorCode), 'NONE')
    assert.is(BigInt(String(producerId)), base + id)
    if (id % 100n === 0n) await rig.clock.advance(5)
  }
  await rig.close()
})

/** The first producer id of a cluster. */
async function firstId(seed: number): Promise<number> {
  const rig = await BrokerRig.start({ random: seededRandom(seed) })
  const asker = new Asker(rig)
  const body = { transactionalId: null, transactionTimeoutMs: 1, producerId: -1n, producerEpoch: -1 }
  await asker.ask(InitProducerId, 4, body)
  await rig.clock.advance(5)
  const { producerId } = await asker.ask(InitProducerId, 4, body)
  await rig.close()
  return Number(String(producerId))
}

test('a cluster that is started anew gives out other producer ids, and the same seed the same ones', async () => {
  const ids: number[] = []
  for (let seed = 1; seed <= 5; seed++) ids.push(await firstId(seed))
  assert.is(new Set(ids).size, 5)
  assert.ok(ids.every(id => Number.isSafeInteger(id + 1e6) && id >= 0))
  assert.is(await firstId(3), ids[2])
})

test('a producer that wrote nothing for a day is forgotten', async () => {
  const producer = await Producer.start({ config: { 'producer.id.expiration.ms': 3_600_000 } })
  const { kafka, clock } = producer.rig
  await producer.add()
  await producer.send(0)
  await producer.end(true)
  await clock.advance(3_000_000)
  const known = async () => {
    const leader = new Asker(producer.rig)
    const topics = [{ name: 'orders', partitionIndexes: [0] }]
    const answer = await leader.ask(Apis.DescribeProducers, 0, { topics })
    return answer.topics[0]!.partitions[0]!.activeProducers.length
  }
  assert.is(await known(), 1)
  await clock.advance(1_300_000)
  assert.is(await known(), 0)
  assert.is(kafka.partition('orders').lastStableOffset, 2n)
  await producer.rig.close()
})

test('a test may look at transactions', async () => {
  const producer = await Producer.start()
  const { kafka } = producer.rig
  await producer.add()
  const [view] = kafka.transactions()
  assert.equal(view, kafka.transaction(transactionalId))
  const { startedAt, ...rest } = view!
  assert.ok(startedAt <= producer.rig.clock.now())
  assert.equal(rest, {
    transactionalId,
    state: 'Ongoing',
    producerId: producer.id,
    producerEpoch: 0,
    partitions: [{ topic: 'orders', partition: 0 }],
    timeoutMs: 60_000,
  })
  assert.is(kafka.transaction('unknown'), undefined)
  await producer.rig.close()
})

test.run()
