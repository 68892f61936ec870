import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConnectionError, VirtualClock, type ClientEvent } from '../../src'
import { EmbeddedKafka } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { Outage } from '../../src/cli/outage'
import { runHere, startHere } from './run-here'

const refusedBy = (broker: string): ClientEvent => failedAt(broker, 'ECONNREFUSED', 'refused')

function failedAt(broker: string, code: string, what: string): ClientEvent {
  const cause = Object.assign(new Error(what), { code })
  const error = new ConnectionError(broker, `cannot connect: ${what}`, { maybeSent: false, cause })
  return { type: 'connect-failed', broker, purpose: 'main', error }
}

const connectedTo = (broker: string): ClientEvent => ({ type: 'connected', broker, purpose: 'main' })
const lostTo = (broker: string): ClientEvent => ({
  type: 'disconnected',
  broker,
  purpose: 'main',
  reason: 'reset',
})

/** News of a cluster of these brokers. */
const clusterOf = (...ports: number[]): ClientEvent => clusterAt('kafka', ports)

function clusterAt(host: string, ports: readonly number[]): ClientEvent {
  const brokers = new Map(ports.map((port, i) => [i, { id: i, host, port }]))
  return { type: 'metadata', cluster: { brokers } } as unknown as ClientEvent
}

function outage() {
  const clock = new VirtualClock()
  const stderr = new PassThrough()
  const told = (): string => ((stderr.read() as Buffer | null) ?? '').toString().replaceAll('rx-kafka: ', '')
  const one = new Outage({ clock, stderr })
  const see = (...events: readonly ClientEvent[]): void => events.forEach(event => one.see(event))
  return { clock, outage: one, see, told }
}

test('half a second after the first attempt it is told whom the command tries to reach, and why it fails', async () => {
  const { clock, outage: to, see, told } = outage()
  to.begin('localhost:9092')
  see(refusedBy('bootstrap localhost:9092'))
  await clock.advance(499)
  assert.is(told(), '')
  await clock.advance(1)
  assert.is(told(), 'localhost:9092 refused the connection, trying again\n')
  assert.ok(to.isTotal)
})

test('a host that says nothing at all is told too', async () => {
  const { clock, outage: to, see, told } = outage()
  to.begin('kafka:9092')
  await clock.advance(500)
  assert.is(told(), 'no answer from kafka:9092 yet\n')
  see(connectedTo('bootstrap kafka:9092'))
  assert.is(told(), 'kafka:9092 answers\n')
})

test('who answers soon enough is not worth a word', async () => {
  const { clock, outage: to, see, told } = outage()
  to.begin('a:1,b:2')
  see(refusedBy('bootstrap a:1'), connectedTo('bootstrap b:2'))
  await clock.advance(60_000)
  assert.is(told(), '')
  assert.not(to.isOpen)
})

test('an outage of all brokers is two lines, however long it takes and whoever fails in it', async () => {
  const { clock, see, told } = outage()
  see(connectedTo('bootstrap kafka:1'), connectedTo('broker 1 (kafka:1)'))
  see(lostTo('bootstrap kafka:1'), lostTo('broker 1 (kafka:1)'))
  for (let second = 0; second < 300; second++) {
    see(refusedBy('broker 1 (kafka:1)'), failedAt('broker 2 (kafka:2)', 'ENOTFOUND', 'no such name'))
    await clock.advance(1000)
  }
  see(connectedTo('broker 1 (kafka:1)'), clusterOf(1, 2))
  assert.is(
    told(),
    'kafka:1 refused the connection; kafka:2 cannot be reached: no such name, trying again\nkafka:1 answers\n',
  )
})

test('one broker of several is waited for until it answers or has left the cluster', async () => {
  const { clock, see, told, outage: to } = outage()
  see(connectedTo('broker 1 (kafka:1)'), refusedBy('broker 2 (kafka:2)'))
  await clock.advance(500)
  assert.is(told(), 'kafka:2 refused the connection, trying again\n')
  see(connectedTo('broker 1 (kafka:1)'), clusterOf(1, 2))
  assert.ok(to.isOpen)
  assert.is(told(), '')
  see(clusterOf(1))
  assert.is(told(), 'the cluster goes on without kafka:2\n')
  assert.not(to.isOpen)
})

test('who is not tried any more is forgotten, which ends the outage, and the next one is told again', async () => {
  const { clock, see, told, outage: to } = outage()
  see(connectedTo('broker 1 (kafka:1)'), refusedBy('broker 2 (kafka:2)'))
  await clock.advance(30_001)
  told()
  assert.not(to.isOpen)
  assert.not(to.isOpen, 'to ask changes nothing')
  see(refusedBy('broker 3 (kafka:3)'))
  assert.is(told(), 'nobody asks for kafka:2 any more\n')
  await clock.advance(500)
  assert.is(told(), 'kafka:3 refused the connection, trying again\n')
})

test('brokers at IPv6 addresses are known by them, and missed while they are in the cluster', async () => {
  const { clock, see, told, outage: to } = outage()
  see(connectedTo('broker 1 ([::1]:1)'), refusedBy('broker 2 ([::1]:2)'))
  await clock.advance(500)
  assert.is(told(), '[::1]:2 refused the connection, trying again\n')
  see(clusterAt('::1', [1, 2]))
  assert.equal([to.isOpen, told()], [true, ''])
  see(clusterAt('::1', [1]))
  assert.equal([to.isOpen, told()], [false, 'the cluster goes on without [::1]:2\n'])
})

test('consume tells an outage in one line when it begins and one when it is over, and goes on', async () => {
  const kafka = await EmbeddedKafka.start({ topics: { orders: {} } })
  const { bootstrap } = kafka
  const running = startHere(['consume', 'orders', '-b', bootstrap])
  try {
    await kafka.until(() => kafka.requests.of(Apis.Fetch).length > 0)
    await kafka.broker(1).kill()
    await kafka.until(() => running.stderr() !== '')
    await kafka.broker(1).start()
    await runHere(['produce', 'orders', '-b', bootstrap], { input: 'a\n' })
    await kafka.until(() => running.stdout() === 'a\n')
    assert.is(
      running.stderr(),
      `rx-kafka: ${bootstrap} refused the connection, trying again\nrx-kafka: ${bootstrap} answers\n`,
    )
  } finally {
    running.interrupt()
    await running.ended
    await kafka.close()
  }
})

test('a port where something listens that is not Kafka is named when the time is up', async () => {
  const mute = createServer().listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const host = `127.0.0.1:${(mute.address() as AddressInfo).port}`
  const { exitCode, stderr } = await runHere(['topics', 'list', '-b', host, '--timeout', '0.2'])
  mute.close()
  assert.is(exitCode, 1)
  assert.is(
    stderr,
    `rx-kafka: no answer from ${host} within 0.2 s; check that Kafka listens there; --bootstrap says ${host}\n`,
  )
})

test.run()
