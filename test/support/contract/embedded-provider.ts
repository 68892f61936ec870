import type { EmbeddedKafka } from '../../../src/broker'
import { defaultParts, startWith, type Parts } from '../../../src/broker/seams'
import type { KafkaCluster, NewTopic, Properties } from '../kafka'
import type { AloneOptions, BrokerControl } from './case'
import { KafkaProvider } from './kafka-provider'
import type { OwnProvider } from './provider'

/** As the real clusters of the tests are set up. */
const config: Properties = {
  'group.initial.rebalance.delay.ms': 0,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 4,
  'leader.imbalance.check.interval.seconds': 1,
}

/** Which Kafka each old release of the broker stands for. */
const kafkaOf = { '2.8': '2.8.2' }

/**
 * The old release to stand for, by `RX_KAFKA_EMBEDDED_VERSION`; undefined for the newest. Only core cases run on it, or
 * with `RX_KAFKA_EMBEDDED_FULL=1` all that its versions allow.
 */
const release = releaseAsked(process.env['RX_KAFKA_EMBEDDED_VERSION'])

function releaseAsked(asked: string | undefined): keyof typeof kafkaOf | undefined {
  if (asked === undefined || asked === '') return undefined
  if (asked in kafkaOf) return asked as keyof typeof kafkaOf
  throw new RangeError(`RX_KAFKA_EMBEDDED_VERSION: expected ${Object.keys(kafkaOf).join()}, got "${asked}"`)
}

interface Embedded {
  readonly kafka: EmbeddedKafka
  readonly events: string[]
}

/** The embedded broker as the broker under test; it is reached as any other, by TCP. */
export class EmbeddedProvider extends KafkaProvider {
  static async start(brokers: 1 | 3): Promise<EmbeddedProvider> {
    return new EmbeddedProvider(await startEmbedded(brokers))
  }

  readonly #kafka: EmbeddedKafka

  protected constructor({ kafka }: Embedded) {
    super(clusterOf(kafka), {
      // As the plan has it for the old releases.
      coreOnly: release !== undefined && !process.env['RX_KAFKA_EMBEDDED_FULL'],
      onClose: () => kafka.close(),
      refusal: refusalOf(kafka.brokers.length),
    })
    this.#kafka = kafka
  }

  override createTopic({ name, partitions, replication }: NewTopic): Promise<void> {
    return this.#kafka.createTopic(name, { partitions, replicationFactor: replication })
  }

  override async startOwnCluster({ brokers = 1, config: own = {} }: AloneOptions): Promise<OwnProvider> {
    return new OwnEmbeddedProvider(await startEmbedded(brokers, own))
  }
}

class OwnEmbeddedProvider extends EmbeddedProvider implements OwnProvider {
  readonly control: BrokerControl

  constructor(embedded: Embedded) {
    super(embedded)
    this.control = controlOf(embedded)
  }
}

async function startEmbedded(brokers: 1 | 3, own: Properties = {}): Promise<Embedded> {
  const events: string[] = []
  const kafka = await startWith(
    {
      brokers,
      racks: Array.from({ length: brokers }, (_, i) => `r${i + 1}`),
      ...(release && { versions: release }),
      config: { ...config, ...own },
      onEvent: event => events.push(JSON.stringify(event)),
    },
    partsUnderTest(),
  )
  return { kafka, events }
}

const clusterOf = ({ bootstrap, brokers }: EmbeddedKafka): KafkaCluster => ({
  version: release === undefined ? '4.3.1' : kafkaOf[release],
  bootstrap,
  brokers,
})

/** One broker and three have runs of their own: a case with a cluster to itself need not run in both. */
const refusalOf =
  (count: number) =>
  ({ brokers = 1, tls, listeners }: AloneOptions) => {
    if (tls === true || listeners !== undefined) return 'the embedded broker has one listener'
    return brokers === count
      ? undefined
      : `starts ${brokers} broker(s) of its own, here the tests run on ${count}`
  }

function controlOf({ kafka, events }: Embedded): BrokerControl {
  return {
    listeners: {},
    kill: id => kafka.broker(id).kill().then(noticed),
    stop: id => kafka.broker(id).stop().then(noticed),
    start: id => kafka.broker(id).start(),
    restart: async id => {
      await kafka.broker(id).stop().then(noticed)
      await kafka.broker(id).start()
    },
    pause: id => void kafka.broker(id).pause(),
    resume: id => void kafka.broker(id).resume(),
    log: () => events.join('\n'),
  }
}

/** A broker in the same process is gone faster than its clients, some turns later, hear of it. */
async function noticed(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** A module of test/mutants: the broker with one defect. */
interface Mutant {
  readonly mutate: (parts: Parts) => Parts
}

/** The broker's own, or with the defect that `RX_KAFKA_MUTANT` (a compiled file) brings. */
function partsUnderTest(): Parts {
  const file = process.env['RX_KAFKA_MUTANT']

  return file ? (require(file) as Mutant).mutate(defaultParts) : defaultParts
}
