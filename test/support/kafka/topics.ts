import { setTimeout as wait } from 'node:timers/promises'
import { askController, askMetadata, type BrokerAddress } from './metadata'
import { array, ask, int16, int32, string } from './wire'

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replication: number
}

const createTopics = 19
const deleteTopics = 20
const topicAlreadyExists = 36
const notController = 41
const timeoutMs = 15_000

/** Asks the controller, wherever it is by now, to create a topic; for Kafka 0.10.1 and newer. */
export async function createTopic(
  brokers: readonly BrokerAddress[],
  topic: NewTopic,
  version: number,
): Promise<void> {
  const apiVersion = Math.min(version, 2)
  const body = createTopicBody(topic, apiVersion)
  let attempts = 0
  const error = await untilController(brokers, async controller => {
    attempts++
    const reader = await ask(controller, { apiKey: createTopics, apiVersion, body }, timeoutMs)
    if (apiVersion >= 2) reader.int32()
    const [answer] = reader.array(() => {
      reader.string()
      return { code: reader.int16(), message: apiVersion >= 1 ? reader.string() : '' }
    })
    return answer ?? { code: -1, message: 'an empty answer' }
  })
  // A controller that stands down may have made it, and says that it is none.
  if (error.code === topicAlreadyExists && attempts > 1) return
  if (error.code !== 0) throw new Error(`topic ${topic.name}: error ${error.code} ${error.message}`)
}

function createTopicBody(topic: NewTopic, version: number): Buffer {
  const none = array([])
  const wanted = [string(topic.name), int32(topic.partitions), int16(topic.replication), none, none]
  const validateOnly = Buffer.alloc(version >= 1 ? 1 : 0)
  return Buffer.concat([array([Buffer.concat(wanted)]), int32(timeoutMs), validateOnly])
}

/** Deletes topics; what the broker answers to each of them does not matter to a test that is over. */
export async function removeTopics(
  brokers: readonly BrokerAddress[],
  names: readonly string[],
): Promise<void> {
  const body = Buffer.concat([array(names.map(string)), int32(timeoutMs)])
  await untilController(brokers, async controller => {
    const reader = await ask(controller, { apiKey: deleteTopics, apiVersion: 1, body }, timeoutMs)
    reader.int32()
    const codes = reader.array(() => (reader.string(), reader.int16()))
    return { code: codes.includes(notController) ? notController : 0, message: '' }
  })
}

interface Answer {
  readonly code: number
  readonly message: string
}

async function untilController(
  brokers: readonly BrokerAddress[],
  question: (controller: BrokerAddress) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const controller = await askController(brokers[0]!)
    const answer = controller ? await question(controller) : { code: notController, message: 'no controller' }
    if (answer.code !== notController || attempt === 20) return answer
    await wait(250)
  }
}

/** Waits until every one of these brokers knows a leader and a full ISR for each partition of the topic. */
export async function topicIsReady(brokers: readonly BrokerAddress[], topic: NewTopic): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (const broker of brokers) {
    for (;;) {
      const { topics } = await askMetadata(broker)
      const partitions = topics.get(topic.name) ?? []
      const ready = partitions.filter(({ leader, isr }) => leader >= 0 && isr.length >= topic.replication)
      if (ready.length === topic.partitions) break
      if (performance.now() > deadline) {
        const seen = JSON.stringify(partitions)
        throw new Error(`topic ${topic.name} has not all its leaders on broker ${broker.id}: ${seen}`)
      }
      await wait(25)
    }
  }
}
