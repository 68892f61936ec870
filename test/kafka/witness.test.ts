import * as assert from 'uvu/assert'
import { Kafka, logLevel, type IHeaders, type KafkaMessage } from 'kafkajs'
import { KafkaClient, Producer, type CompressionType, type Headers, type ReceivedMessage } from '../../src'
import { contract, runContract, type ContractContext } from '../support/contract'
import { consoleConsume, consoleProduce } from '../support/kafka'

async function withClient<T>(
  { bootstrap }: ContractContext,
  work: (client: KafkaClient) => Promise<T>,
): Promise<T> {
  const client = new KafkaClient(bootstrap)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** All messages of the partitions 0 to `partitions` - 1. */
async function readOurselves(client: KafkaClient, topic: string, partitions = 1): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = []
  for (let partition = 0; partition < partitions; partition++) {
    for (let offset = 0n; ;) {
      const [answer] = await client.sendFetchRequest([{ topic, partition, offset }], { maxWaitMs: 50 })
      messages.push(...answer!.messages)
      if (answer!.nextOffset >= answer!.highWatermark) break
      offset = answer!.nextOffset
    }
  }
  return messages
}

const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString()
const codecs: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const since2 = [{ api: 'Produce', version: 7 }] as const

interface Sample {
  readonly key: string | null
  readonly value: string | null
  readonly headers: Headers
}

/** Keys, nulls, headers, and enough repetition that every codec has something to do. */
const samples: readonly Sample[] = [
  { key: 'key', value: 'value', headers: [['trace', '7']] },
  { key: null, value: 'no key', headers: [] },
  { key: 'tombstone', value: null, headers: [] },
  { key: '', value: '', headers: [['empty', '']] },
  {
    key: 'ключ',
    value: 'значение',
    headers: [
      ['заголовок', 'да'],
      ['second', 'b'],
    ],
  },
  ...Array.from({ length: 100 }, (_, i) => ({
    key: `k${i}`,
    value: `value ${i} `.repeat(30).trim(),
    headers: [],
  })),
]

/** As the console consumer prints a message with headers and key, tabs between, and NULL for what is null. */
function printed({ key, value, headers }: Sample): string {
  const named = headers.map(([name, one]) => `${name}:${String(one)}`).join(',')
  return [named === '' ? 'NO_HEADERS' : named, key ?? 'NULL', value ?? 'NULL'].join('\t')
}

const printAll = ['print.headers=true', 'print.key=true', 'null.literal=NULL']

/** One message in each codec, one codec behind the other, in one topic. */
async function writeSamples(client: KafkaClient, topic: string): Promise<void> {
  for (const compression of codecs) {
    const producer = new Producer(client, { compression, bufferTime: 20 })
    await Promise.all(samples.map(({ headers, ...sample }) => producer.send({ topic, ...sample, headers })))
    await producer.close()
  }
}

contract(
  'Java reads what we write, in every codec, with keys, nulls and headers',
  { needs: since2 },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    await withClient(ctx, client => writeSamples(client, topic))
    const options = printAll.flatMap(option => ['--formatter-property', option])
    const lines = await consoleConsume(
      { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap },
      topic,
      samples.length * codecs.length,
      ctx.kafkaVersion.startsWith('4') ? options : printAll.flatMap(option => ['--property', option]),
    )
    assert.equal(
      lines,
      codecs.flatMap(() => samples.map(printed)),
    )
  },
)

contract(
  'we read what Java writes, in every codec, with keys, nulls and headers',
  { needs: since2 },
  async ctx => {
    const settings = ['parse.headers=true', 'parse.key=true', 'null.marker=NULL']
    const flag = ctx.kafkaVersion.startsWith('4') ? '--reader-property' : '--property'
    const args = settings.flatMap(setting => [flag, setting])
    // Lines of headers, key and value; the console has no way to write empty headers.
    const lines = samples.map(sample =>
      printed({ ...sample, headers: sample.headers.length > 0 ? sample.headers : [['n', 'o']] }),
    )
    const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
    await withClient(ctx, async client => {
      for (const codec of codecs) {
        const topic = await ctx.uniqueTopic()
        await consoleProduce(target, topic, lines, ['--compression-codec', codec, ...args])
        const read = await readOurselves(client, topic)
        const seen = read.map(({ key, value, headers }) =>
          printed({
            key: text(key),
            value: text(value),
            headers: headers.map(([name, one]) => [name, text(one)]),
          }),
        )
        assert.equal(seen, lines, codec)
      }
    })
  },
)

const kafkajs = ({ bootstrap }: ContractContext): Kafka =>
  new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING })

contract('kafkajs reads what we write, plain and gzip', { needs: since2 }, async ctx => {
  const topic = await ctx.uniqueTopic()
  await withClient(ctx, async client => {
    for (const compression of ['none', 'gzip'] as const) {
      const producer = new Producer(client, { compression, bufferTime: 20 })
      await Promise.all(samples.map(({ headers, ...sample }) => producer.send({ topic, ...sample, headers })))
    }
  })
  const consumer = kafkajs(ctx).consumer({ groupId: ctx.uniqueName('group') })
  const seen: KafkaMessage[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    const eachMessage = ({ message }: { message: KafkaMessage }): Promise<void> => {
      if (seen.push(message) === 2 * samples.length) resolve()
      return Promise.resolve()
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  assert.equal(seen.map(ofKafkajs), [...samples, ...samples].map(printed))
})

contract('we read what kafkajs writes, plain and gzip', { needs: since2 }, async ctx => {
  const topic = await ctx.uniqueTopic()
  const producer = kafkajs(ctx).producer()
  await producer.connect()
  const messages = samples.map(({ key, value, headers }) => ({
    key,
    value,
    headers: Object.fromEntries(headers) as IHeaders,
  }))
  for (const compression of [0, 1]) await producer.send({ topic, messages, compression })
  await producer.disconnect()
  const read = await withClient(ctx, client => readOurselves(client, topic))
  const seen = read.map(({ key, value, headers }) =>
    printed({ key: text(key), value: text(value), headers: headers.map(([name, one]) => [name, text(one)]) }),
  )
  assert.equal(seen, [...samples, ...samples].map(printed))
})

function ofKafkajs({ key, value, headers = {} }: KafkaMessage): string {
  const pairs = Object.entries(headers).map(([name, one]): [string, string] => [name, String(one)])
  return printed({ key: text(key), value: text(value), headers: pairs })
}

contract('we place keys where Java places them', { needs: since2 }, async ctx => {
  const [theirs, ours] = [await ctx.uniqueTopic(10), await ctx.uniqueTopic(10)]
  const keys = Array.from({ length: 300 }, (_, i) => `${'абв xyz'.slice(i % 7)}${i}`)
  const flag = ctx.kafkaVersion.startsWith('4') ? '--reader-property' : '--property'
  const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
  await consoleProduce(
    target,
    theirs,
    keys.map(key => `${key}\tx`),
    [flag, 'parse.key=true'],
  )
  await withClient(ctx, async client => {
    const producer = new Producer(client)
    await Promise.all(keys.map(key => producer.sendMessages(ours, key, ['x'])))
    const placesIn = async (topic: string): Promise<[key: string | null, partition: number][]> => {
      const read = await readOurselves(client, topic, 10)
      return read.map(({ key, partition }) => [text(key), partition])
    }
    const places = await placesIn(ours)
    assert.is(places.length, 300)
    assert.equal(new Map(places), new Map(await placesIn(theirs)))
  })
})

/** What every release has had: before headers, and with keys since the console can print them. */
const plain = Array.from({ length: 60 }, (_, i) => ({
  key: `key ${i}`,
  value: `value ${i} `.repeat(20).trim(),
}))
const oldCodecs = ['none', 'gzip', 'snappy', 'lz4'] as const

contract(
  "the console consumer of the broker's own release reads what we write in the codecs it knows",
  { core: true },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    await withClient(ctx, async client => {
      for (const compression of oldCodecs) {
        const producer = new Producer(client, { compression, bufferTime: 20 })
        await Promise.all(plain.map(({ key, value }) => producer.sendMessages(topic, key, [value])))
        await producer.close()
      }
    })
    const flag = ctx.kafkaVersion.startsWith('4') ? '--formatter-property' : '--property'
    const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
    const lines = await consoleConsume(target, topic, plain.length * oldCodecs.length, [
      flag,
      'print.key=true',
    ])
    assert.equal(
      lines,
      oldCodecs.flatMap(() => plain.map(({ key, value }) => `${key}\t${value}`)),
    )
  },
)

contract(
  "we read what the console producer of the broker's own release writes in the codecs it knows",
  { core: true },
  async ctx => {
    const flag = ctx.kafkaVersion.startsWith('4') ? '--reader-property' : '--property'
    const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
    const lines = plain.map(({ key, value }) => `${key}\t${value}`)
    await withClient(ctx, async client => {
      for (const codec of oldCodecs) {
        const topic = await ctx.uniqueTopic()
        await consoleProduce(target, topic, lines, ['--compression-codec', codec, flag, 'parse.key=true'])
        const read = await readOurselves(client, topic)
        assert.equal(
          read.map(({ key, value }) => `${text(key)}\t${text(value)}`),
          lines,
          codec,
        )
      }
    })
  },
)

runContract()
