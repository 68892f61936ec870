// @ts-check
/*
 * @platformatic/kafka, as its documentation says to use it; its package is in the folder that CLIENT_FOLDER names. See
 * driver.js for how it is told what to do.
 */
import { createRequire } from 'node:module'
import { join as path } from 'node:path'
import driver from './driver.js'
import { administer } from './platformatic-admin.mjs'

const { drive, fail, say, text, untilEndOf } = driver
const require = createRequire(path(process.env['CLIENT_FOLDER'] ?? '', 'package.json'))
const { Admin, Consumer, Producer, ProduceAcks } = require('@platformatic/kafka')

/** @param {{ bootstrap: string }} order */
const options = ({ bootstrap }) => ({ clientId: 'platformatic', bootstrapBrokers: bootstrap.split(',') })

/** @param {string | null} value */
const bytes = value => (value === null ? undefined : Buffer.from(value))

/** @param {any} order */
async function create(order) {
  const { topic, partitions, replication } = order
  const admin = new Admin(options(order))
  await admin.createTopics({ topics: [topic], partitions, replicas: replication })
  await admin.close()
}

/** @param {any} order */
async function produce(order) {
  const { topic, codec, idempotent, messages } = order
  const producer = new Producer({ ...options(order), idempotent })
  await producer.send({ acks: ProduceAcks.ALL, compression: codec, messages: messages.map(toSend(topic)) })
  await producer.close()
}

/** @param {string} topic */
const toSend =
  topic =>
  (/** @type {any} */ { key, value, headers }) => ({
    topic,
    key: bytes(key),
    value: bytes(value),
    headers: new Map(headers.map((/** @type {[string, string]} */ pair) => pair.map(bytes))),
  })

/**
 * @param {any} order
 * @param {AsyncIterable<string>} lines each with the messages to send next
 */
async function write(order, lines) {
  const producer = new Producer(options(order))
  for await (const line of lines) await producer.send({ messages: JSON.parse(line).map(toSend(order.topic)) })
  await producer.close()
}

/** @param {any} order */
async function consume(order) {
  const { topic, group, count } = order
  const consumer = new Consumer({ ...options(order), groupId: group })
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
    maxWaitTime: 500,
  })
  const positions = new Map()
  let left = count
  for await (const message of stream) {
    say(seen(message))
    positions.set(message.partition, message.offset + 1n)
    if (--left === 0) break
  }
  await consumer.commit({
    offsets: [...positions].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: 0 })),
  })
  await consumer.close(true)
}

/** @param {any} message */
const seen = ({ partition, offset, key, value, headers }) => ({
  partition,
  offset: String(offset),
  key: text(key),
  value: text(value),
  headers: [...headers].map(pair => pair.map(text)),
})

/**
 * @param {any} order
 * @param {AsyncIterable<string>} lines
 */
async function join(order, lines) {
  const consumer = new Consumer({ ...options(order), groupId: order.group, heartbeatInterval: 500 })
  const stream = await consumer.consume({
    topics: [order.topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    maxWaitTime: 500,
  })
  stream.on('data', message => say(seen(message)))
  await untilEndOf(lines)
  await consumer.close(true)
}

drive({
  create,
  produce,
  write,
  consume,
  join,
  administer: order => administer(new Admin(options(order)), order),
}).catch(fail)
