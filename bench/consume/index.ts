import { runBenchmark, writePayload } from '../rivals'
import { contestants, type ConsumingContestant } from './contestants'
import { fill } from './fill'
import { runOnce } from './run-once'
import { verdictsOf } from './verdicts'
import { topicOf, workloads, type Workload } from './workloads'

/** `npm run bench -- consume`: what reading from a real broker costs, side by side with other clients; see README.md. */
runBenchmark<Workload, ConsumingContestant>({
  name: 'consume',
  contestants,
  workloads,
  own: { fill: 8 },
  retentionBytes: 1e12,
  runOnce,
  async prepare({ broker, folder }, { workloads: wanted, own }) {
    writePayload(folder, [...new Set(wanted.map(({ bytes }) => bytes))])
    const topics = new Map(wanted.map(workload => [topicOf(workload), workload]))
    for (const [topic, workload] of topics) {
      await broker.createTopic(topic)
      if (workload.reading !== 'latency')
        await fill(broker, folder, workload, messagesIn(workload, own['fill']!))
    }
  },
  targetOf: ({ ours, style }, { goal }) => (ours && style !== 'each' ? goal.cpuUs : undefined),
  notesOf: ({ byMessage }, { reading }) => (byMessage && reading === 'batches' ? ['has no batches'] : []),
  verdictsOf,
})

/** @param millions of messages of 100 B; of larger ones less, so that they fit into memory too */
const messagesIn = ({ bytes }: Workload, millions: number): number =>
  Math.ceil(millions * 1e6 * (bytes > 100 ? 0.25 : 1))
