import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, type Fault } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { runExample } from '../support/run-example'

interface Failure {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A cluster that is named for other programs is none to write 30,000 orders into. */
const env = { KAFKA_BROKERS: '127.0.0.1:1' }

async function failureOf(args: readonly string[]): Promise<Failure> {
  try {
    await runExample('tour.js', { args, env })
  } catch (error) {
    return error as Failure
  }
  throw new Error('the tour did not fail')
}

test('the tour starts brokers of its own, whatever KAFKA_BROKERS says, moves a leader while it runs, and loses nothing', async () => {
  const said = await runExample('tour.js', { args: ['--messages', '3000', '--rate', '2000'], env })
  assert.match(
    said,
    /three brokers run inside this process, at 127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+/,
  )
  assert.match(said, /\d of 3000 written, \d+ read, lag \d+, \d+\/s/)
  assert.match(said, /partition 2 moves from broker 3 to broker 1/)
  assert.match(said, /the client found it: broker 1 leads partition 2/)
  for (const partition of [0, 1, 2, 3, 4, 5])
    assert.match(said, new RegExp(`^ +${partition} +(\\d+) +\\1 +\\1 +0 +0 +0$`, 'm'))
  assert.match(said, /^ +all +3000 +3000 +3000 +0 +0 +0$/m)
  assert.match(said, /Nothing is lost, nothing is doubled, and every partition is in order\.\n$/)
})

test('the tour ends with exit code 1 when a cluster doubles messages', async () => {
  const kafka = await EmbeddedKafka.start()
  const twice: Fault = async run => {
    await run.carryOut()
    kafka.forgetProducers()
    return run.carryOut()
  }
  const fault = kafka.faults.once(Apis.Produce, twice)
  const failure = await failureOf(['--bootstrap', kafka.bootstrap, '--messages', '500'])
  await kafka.close()
  assert.equal([failure.code, fault.hits], [1, 1])
  assert.match(failure.stdout, /^ +all +500 +500 +500 +0 +[1-9]\d* +\d+$/m)
  assert.match(failure.stdout, /The books do not balance\.\n$/)
  assert.match(failure.stdout, /no leader can move: this cluster has one broker/)
})

test('the tour refuses numbers that are none', async () => {
  const failure = await failureOf(['--messages', 'many'])
  assert.is(failure.code, 2)
  assert.match(failure.stderr, /^--messages is a whole number from 1, and not many\n$/)
})

test('the tour says what there is to choose, and refuses the rest', async () => {
  const usage = await runExample('tour.js', { args: ['--help'], env })
  assert.match(usage, /^Usage: npm run demo -- \[options\]\n[^]*--bootstrap HOST:PORT/)
  const failure = await failureOf(['--mesages', '5'])
  assert.equal([failure.code, failure.stdout], [2, ''])
  assert.is(failure.stderr, `Unknown option '--mesages'\n\n${usage}`)
})

test('where no cluster is, the tour says at once whom it tries, and in the end what to do', async () => {
  const { code, stdout, stderr } = await failureOf(['--bootstrap', '127.0.0.1:1'])
  assert.is(code, 1)
  assert.is(stdout, 'looking for a cluster at 127.0.0.1:1\n')
  assert.match(stderr, /^trying for 10 s: bootstrap 127\.0\.0\.1:1: cannot connect: [^\n]*refused/)
  assert.match(stderr, /\nno cluster was found there; without --bootstrap the demo has brokers of its own\n$/)
})

test.run()
