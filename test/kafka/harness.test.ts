import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:tls'
import * as assert from 'uvu/assert'
import { contract, contractAlone, runContract } from '../support/contract'
import { askMetadata, consoleConsume, consoleProduce } from '../support/kafka'

contract('every broker of the cluster answers and lists all of them', { core: true }, async ctx => {
  const ids = ctx.brokers.map(({ id }) => id)
  // Kafka 0.8 lists nobody while there is no topic.
  await ctx.uniqueTopic()
  for (const broker of ctx.brokers) {
    const { brokers } = await askMetadata(broker)
    assert.equal(brokers.map(({ id }) => id).sort(), ids)
  }
})

contract('a topic has all its leaders by the time its name is given', { core: true }, async ctx => {
  const name = await ctx.uniqueTopic(3)
  for (const broker of ctx.brokers) {
    const { topics } = await askMetadata(broker)
    const partitions = topics.get(name) ?? []
    assert.equal(partitions.map(({ partition }) => partition).sort(), [0, 1, 2])
    assert.ok(partitions.every(({ leader, isr }) => leader > 0 && isr.length === ctx.brokers.length))
  }
})

contract('the console consumer reads what the console producer wrote', { core: true }, async ctx => {
  const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
  const topic = await ctx.uniqueTopic()
  await consoleProduce(target, topic, ['one', 'two', 'три'])
  assert.equal(await consoleConsume(target, topic, 3), ['one', 'two', 'три'])
})

contract('three brokers hold a copy of a partition each', { brokers: 3 }, async ctx => {
  const name = await ctx.uniqueTopic(1, 3)
  const { topics } = await askMetadata(ctx.brokers[0]!)
  assert.equal([...topics.get(name)![0]!.replicas].sort(), [1, 2, 3])
})

contractAlone('a partition has a leader while one of three brokers is dead', { brokers: 3 }, async ctx => {
  const topic = await ctx.uniqueTopic(1, 3)
  const leaderSeenBy = async (id: number) => {
    const { topics } = await askMetadata(ctx.brokers[id - 1]!)
    return topics.get(topic)![0]!.leader
  }
  const dead = await leaderSeenBy(1)
  const witness = dead === 1 ? 2 : 1
  await ctx.control.kill(dead)
  let leader = dead
  while (leader === dead || leader === -1) leader = await leaderSeenBy(witness)
  await ctx.control.start(dead)
  assert.ok((await leaderSeenBy(dead)) > 0)
})

contractAlone('a broker that was killed comes back with what it held', { core: true }, async ctx => {
  const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
  const topic = await ctx.uniqueTopic()
  await consoleProduce(target, topic, ['kept'])
  await ctx.control.kill(1)
  const refused = await askMetadata(ctx.brokers[0]!).catch((error: unknown) => error)
  assert.match(String(refused), 'ECONNREFUSED')
  await ctx.control.start(1)
  assert.equal(await consoleConsume(target, topic, 1), ['kept'])
})

contractAlone('a paused broker keeps its connections and answers when it goes on', {}, async ctx => {
  const [broker] = ctx.brokers
  ctx.control.pause(1)
  const silent = await askMetadata(broker!, 300).catch((error: unknown) => error)
  assert.match(String(silent), 'no answer within 300 ms')
  ctx.control.resume(1)
  assert.is((await askMetadata(broker!)).brokers.length, 1)
})

contractAlone('the TLS listener shows a certificate of the given authority', { tls: true }, async ctx => {
  const [host, port] = ctx.control.tlsBootstrap!.split(':')
  const socket = connect({ host, port: Number(port), ca: readFileSync(ctx.control.ca!) })
  await once(socket, 'secureConnect')
  assert.ok(socket.authorized)
  assert.is(socket.getPeerCertificate().subject.CN, 'server')
  socket.destroy()
})

contractAlone('settings given to a cluster hold', { config: { 'num.partitions': 7 } }, async ctx => {
  const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
  await consoleProduce(target, 'made-on-first-use', ['first'])
  const { topics } = await askMetadata(ctx.brokers[0]!)
  assert.is(topics.get('made-on-first-use')?.length, 7)
})

runContract()
