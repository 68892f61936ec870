import { filter, map, take, type Observable } from 'rxjs'
import { KafkaClient, type TopicPartition } from 'rx-kafka'
import { Apis, brokerError } from 'rx-kafka/protocol'
import type { NewTopic, Stage } from './stage'

const timeoutMs = 10_000

/** A cluster that runs already. The topic is made there, and deleted when the tour is over. */
export async function openGivenStage(bootstrap: string, topic: NewTopic): Promise<Stage> {
  const admin = new KafkaClient(bootstrap, { clientId: 'tour-admin', timeoutMs })
  console.log(`looking for a cluster at ${bootstrap}`)
  const brokers = await brokersOf(admin)
  await createTopic(admin, topic, Math.min(brokers, 3))
  return {
    bootstrap,
    description: `${brokers} broker(s) run at ${bootstrap}`,
    moveLeader: (client, at) => moveLeader(client, at).catch(refused),
    async close() {
      // By name, as every release from 0.11 to today takes it.
      await admin.request(Apis.DeleteTopics, { topicNames: [topic.name], timeoutMs }, { version: 1 })
      await admin.close()
    },
  }
}

/** How many there are. Who cannot be reached is told at once, and tried again until the time is up. */
async function brokersOf(admin: KafkaClient): Promise<number> {
  const failing = firstFailure(admin).subscribe(reason => console.error(`trying for 10 s: ${reason}`))
  try {
    return (await admin.loadMetadataForTopics()).brokers.size
  } catch (error) {
    await admin.stop()
    throw new Error(`no cluster was found there; without --bootstrap the demo has brokers of its own`, {
      cause: error,
    })
  } finally {
    failing.unsubscribe()
  }
}

function firstFailure(client: KafkaClient): Observable<string> {
  return client.events$.pipe(
    filter(event => event.type === 'connect-failed'),
    map(({ error }) => error.message),
    take(1),
  )
}

async function createTopic(admin: KafkaClient, { name, partitions }: NewTopic, replicas: number) {
  const topic = { name, numPartitions: partitions, replicationFactor: replicas, assignments: [], configs: [] }
  const { topics } = await admin.request(Apis.CreateTopics, { topics: [topic], timeoutMs })
  check(topics[0]?.errorCode, `CreateTopics ${name}`)
}

/** Makes another replica the preferred leader, by putting it first, and then has the preferred leader elected. */
async function moveLeader(client: KafkaClient, { topic, partition }: TopicPartition): Promise<string> {
  const { leader, replicas } = client.cluster.partition(topic, partition)!
  const next = replicas.find(id => id !== leader)
  if (next === undefined) return 'no leader can move: this cluster has one broker'
  const newOrder = [next, ...replicas.filter(id => id !== next)]
  const order = await client.request(Apis.AlterPartitionReassignments, {
    topics: [{ name: topic, partitions: [{ partitionIndex: partition, replicas: newOrder }] }],
    timeoutMs,
  })
  check(order.errorCode || order.responses[0]?.partitions[0]?.errorCode, 'AlterPartitionReassignments')
  const election = await client.request(Apis.ElectLeaders, {
    topicPartitions: [{ topic, partitions: [partition] }],
    timeoutMs,
  })
  const [elected] = election.replicaElectionResults
  check(election.errorCode || elected?.partitionResult[0]?.errorCode, 'ElectLeaders')
  return `partition ${partition} moves from broker ${leader} to broker ${next}`
}

/** A cluster that is too old, or does not let us: the tour goes on without. */
function refused(error: Error): string {
  return `moving leaders is left to the cluster (${error.message})`
}

/** An error code in the answer to a `request` is data: what it means is for the caller to say. */
function check(code = 0, what: string): void {
  if (code !== 0) throw brokerError(code, what)
}
