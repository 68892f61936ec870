// @ts-check
'use strict'
/* kafkajs, as its documentation says to use it. See driver.js for how it is told what to do. */
const { CompressionTypes, Kafka, logLevel } = require('kafkajs')
const { drive, fail, say, text, untilEndOf } = require('./driver')
const { administer } = require('./kafkajs-admin')

/** @param {{ bootstrap: string }} order */
const kafka = ({ bootstrap }) =>
  new Kafka({ clientId: 'kafkajs', brokers: bootstrap.split(','), logLevel: logLevel.ERROR })

/** It heartbeats and commits between fetches only: by default it waits 5 s for messages. */
const maxWaitTimeInMs = 500
/** @type {Record<string, number>} */
const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }

/** @param {any} order */
async function create(order) {
  const { topic, partitions, replication } = order
  const admin = kafka(order).admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic, numPartitions: partitions, replicationFactor: replication }],
    waitForLeaders: true,
  })
  await admin.disconnect()
}

/** @param {any} order */
async function produce(order) {
  const { topic, codec, idempotent, messages } = order
  const producer = kafka(order).producer({ idempotent, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({ topic, compression: codecs[codec], messages: messages.map(toSend) })
  await producer.disconnect()
}

/** @param {any} message */
const toSend = ({ key, value, headers }) => ({ key, value, headers: Object.fromEntries(headers) })

/**
 * @param {any} order
 * @param {AsyncIterable<string>} lines each with the messages to send next
 */
async function write(order, lines) {
  const producer = kafka(order).producer()
  await producer.connect()
  for await (const line of lines)
    await producer.send({ topic: order.topic, messages: JSON.parse(line).map(toSend) })
  await producer.disconnect()
}

/** @param {any} order */
async function consume(order) {
  const { topic, group, count } = order
  const consumer = kafka(order).consumer({ groupId: group, maxWaitTimeInMs })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  /** @type {Map<number, bigint>} */
  const positions = new Map()
  let left = count
  await new Promise((resolve, reject) => {
    // Most crashes it survives.
    consumer.on('consumer.crash', ({ payload }) => payload.restart || reject(payload.error))
    const eachMessage = async (
      /** @type {import('kafkajs').EachMessagePayload} */ { partition, message },
    ) => {
      if (left === 0) return
      say(seen(partition, message))
      positions.set(partition, BigInt(message.offset) + 1n)
      if (--left === 0) resolve(undefined)
    }
    consumer.run({ autoCommit: false, eachMessage }).catch(reject)
  })
  await consumer.commitOffsets(
    [...positions].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
  )
  await consumer.disconnect()
}

/**
 * @param {number} partition
 * @param {import('kafkajs').KafkaMessage} message
 */
const seen = (partition, { offset, key, value, headers = {} }) => ({
  partition,
  offset,
  key: text(key),
  value: text(value),
  headers: Object.entries(headers).map(([name, one]) => [name, String(one)]),
})

/**
 * @param {any} order
 * @param {AsyncIterable<string>} lines
 */
async function join(order, lines) {
  const consumer = kafka(order).consumer({ groupId: order.group, heartbeatInterval: 500, maxWaitTimeInMs })
  await consumer.connect()
  await consumer.subscribe({ topic: order.topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ partition, message }) => say(seen(partition, message)) })
  await untilEndOf(lines)
  await consumer.disconnect()
}

drive({ create, produce, write, consume, join, administer: order => administer(kafka(order), order) }).catch(
  fail,
)
