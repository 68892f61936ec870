import { createServer, type AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, type BrokerEvent } from '../../src/broker'
import { ClosedError } from '../../src/kernel'
import { BrokerRig } from './broker-rig'

const three = { brokers: 3, topics: { orders: { partitions: 3 } } }

const lives = (events: readonly BrokerEvent[]): string[] =>
  events.flatMap(({ type }) => (type.startsWith('broker-') ? [type.replace('broker-', '')] : []))

/** How each of these ended: `done`, or the name of the error. */
const outcomes = (works: readonly Promise<unknown>[]): Promise<string[]> =>
  Promise.all(
    works.map(work =>
      work.then(
        () => 'done',
        (error: NodeJS.ErrnoException) => error.code ?? error.name,
      ),
    ),
  )

const turns = suite('what is done to a broker is done in turn:')

turns('a start asked for during a stop comes after it', async () => {
  const rig = await BrokerRig.start(three)
  const one = rig.kafka.broker(1)
  await rig.done(Promise.all([one.stop(), one.start()]))
  assert.equal([one.isUp, lives(rig.events)], [true, ['stopped', 'started']])
  assert.ok(rig.kafka.partition('orders', 0).isr.includes(1))
  await rig.close()
})

turns('a kill during a stop finds it gone', async () => {
  const rig = await BrokerRig.start(three)
  const one = rig.kafka.broker(1)
  const asked = Promise.all([one.stop(), one.kill(), one.stop()])
  assert.ok(one.isUp, 'it hands over first')
  await rig.done(asked)
  assert.equal([one.isUp, lives(rig.events)], [false, ['stopped']])
  await rig.close()
})

turns('nothing comes between the two halves of a restart', async () => {
  const rig = await BrokerRig.start(three)
  const one = rig.kafka.broker(1)
  await rig.done(Promise.all([one.restart(), one.kill(), one.start(), one.kill()]))
  assert.equal(lives(rig.events), ['stopped', 'started', 'stopped', 'started', 'stopped'])
  assert.not.ok(one.isUp)
  await rig.close()
})

turns('brokers do not wait for each other', async () => {
  const rig = await BrokerRig.start({ ...three, metadataLagMs: 50 })
  const stopping = rig.kafka.broker(1).stop()
  await rig.kafka.broker(2).kill()
  assert.equal([rig.kafka.broker(1).isUp, rig.kafka.broker(2).isUp], [true, false])
  await rig.done(stopping)
  await rig.close()
})

turns('what nothing is ahead of happens at once', async () => {
  const rig = await BrokerRig.start(three)
  void rig.kafka.broker(1).kill()
  assert.not.ok(rig.kafka.broker(1).isUp)
  await rig.close()
})

turns('a pause during a restart holds the broker that was started', async () => {
  const rig = await BrokerRig.start()
  const one = rig.kafka.broker(1)
  const done: string[] = []
  const restarting = one.restart().then(() => done.push('restarted'))
  const pausing = one.pause().then(() => done.push('paused'))
  assert.equal(done, [])
  await rig.done(Promise.all([restarting, pausing]))
  assert.equal(done, ['restarted', 'paused'])
  const waiting = rig.produce('a', { timeoutMs: 20_000 })
  waiting.subscribe()
  await rig.clock.advance(3000)
  assert.equal(rig.values(), [])
  await one.resume()
  await rig.done(waiting)
  assert.equal(rig.values(), ['a'])
  await rig.close()
})

turns('each tells its own outcome', async () => {
  const kafka = await EmbeddedKafka.start()
  const one = kafka.broker(1)
  await one.kill()
  const squatter = createServer()
  await new Promise<void>(resolve => squatter.listen(one.port, one.host, resolve))
  assert.equal(await outcomes([one.start(), one.stop(), one.start()]), ['EADDRINUSE', 'done', 'EADDRINUSE'])
  await new Promise(resolve => squatter.close(resolve))
  assert.equal(await outcomes([one.kill(), one.start()]), ['done', 'done'])
  assert.ok(one.isUp)
  await kafka.close()
})

turns.run()

const close = suite('close')

close('during a stop ends it; what is asked behind it is told that the cluster is closed', async () => {
  const rig = await BrokerRig.start({ ...three, metadataLagMs: 50 })
  const one = rig.kafka.broker(1)
  const asked = outcomes([one.stop(), one.start(), one.kill(), one.restart()])
  await rig.kafka.close()
  assert.equal(await rig.done(asked), ['done', 'ClosedError', 'done', 'ClosedError'])
  assert.equal([one.isUp, one.connections, rig.clock.pending], [false, 0, 0])
})

close('during a start leaves no listener behind', async () => {
  const events: BrokerEvent[] = []
  const kafka = await EmbeddedKafka.start({ onEvent: event => events.push(event) })
  const one = kafka.broker(1)
  await one.kill()
  const starting = one.start()
  const closing = kafka.close()
  assert.equal(await outcomes([starting, closing]), ['ClosedError', 'done'])
  assert.equal([one.isUp, lives(events)], [false, ['stopped']])
  assert.is(await listenOn(one.port), one.port)
})

close('spares those who do not listen: no rejection goes unhandled', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const rig = await BrokerRig.start({ ...three, metadataLagMs: 50 })
  for (const { id } of rig.kafka.brokers) {
    void rig.kafka.broker(id).stop()
    void rig.kafka.broker(id).restart()
    void rig.kafka.broker(id).pause()
    void rig.kafka.broker(id).resume()
  }
  await rig.kafka.close()
  await new Promise(resolve => setImmediate(resolve))
  process.off('unhandledRejection', note)
  assert.equal([unhandled, rig.clock.pending], [[], 0])
})

close('ends whoever waits for news of a topic, and no topic comes after it', async () => {
  const rig = await BrokerRig.start({ metadataLagMs: 50 })
  const creating = rig.kafka.createTopic('late')
  await rig.kafka.close()
  await rig.done(creating, 0)
  for (const work of [rig.kafka.createTopic('later'), rig.kafka.deleteTopic('late')])
    assert.instance(await rig.failure(work, 0), ClosedError)
})

/** The port, if it is free. */
async function listenOn(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  const { port: bound } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return bound
}

close.run()
