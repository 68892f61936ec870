import { runBenchmark, writePayload } from '../rivals'
import { contestants, type ProducingContestant } from './contestants'
import { runOnce } from './run-once'
import { awaitCost, topicOf, workloads, type Workload } from './workloads'

/** `npm run bench -- produce`: what producing on a real broker costs, side by side with other clients; see README.md. */
runBenchmark<Workload, ProducingContestant>({
  name: 'produce',
  contestants,
  workloads,
  runOnce,
  async prepare({ broker, folder }, { workloads: wanted }) {
    writePayload(folder, [...new Set(wanted.map(({ bytes }) => bytes))])
    for (const workload of wanted) await broker.createTopic(topicOf(workload))
  },
  remarkOf: ({ acks, idempotent }) => `; acks ${acks}${idempotent ? ', idempotent' : ''}`,
  targetOf({ ours, style }, { target }) {
    if (!ours || target === undefined) return undefined
    return style === 'subscribe' ? target : target + awaitCost
  },
  notesOf: ({ oneByOne }, { perCall }) => (oneByOne && perCall > 1 ? ['one a call'] : []),
})
