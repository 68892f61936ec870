import type { Timer } from '../../kernel'
import { errorCode } from '../../protocol'
import type { Partition } from '../cluster'
import type { Call } from './call'
import { readPartition, type PartitionRead } from './fetch-partition'
import { bytesWanted, endsWait, readAll, type FetchPlan, type TopicRead } from './fetch-plan'
import { findTopic, topicRef, type TopicRef } from './lookup'

/** A partition that a fetch waits for. */
interface Watched {
  readonly ref: TopicRef
  readonly asked: FetchPlan['asked'][number]['partitions'][number]
  /** How much there was to read when it was looked at last. */
  bytes: number
}

/** How a fetch ends. */
interface Settle {
  readonly answer: (read: readonly TopicRead[]) => void
  readonly fail: (error: unknown) => void
}

/**
 * A fetch that the broker holds until there is enough to read, or its time is up. Of its partitions only those that
 * have changed are looked at, in the next turn, once for all that came in this one; all are read once, for the answer.
 * A partition that is gone, led by another or in another epoch ends the wait.
 */
export class HeldFetch {
  readonly #plan: FetchPlan
  readonly #first: readonly TopicRead[]
  readonly #call: Call
  readonly #stops: (() => void)[] = []
  readonly #changed = new Set<Watched>()
  readonly #settle: Settle
  #bytes = 0
  #looking: Timer | undefined

  /** What is in the answer, in the end. @param first what there was before the wait */
  static read(plan: FetchPlan, first: readonly TopicRead[], call: Call): Promise<readonly TopicRead[]> {
    return new Promise((answer, fail) => new HeldFetch(plan, first, call, { answer, fail }).#hold())
  }

  private constructor(plan: FetchPlan, first: readonly TopicRead[], call: Call, settle: Settle) {
    this.#plan = plan
    this.#first = first
    this.#call = call
    this.#settle = settle
  }

  #hold(): void {
    const { clock } = this.#call
    const timer = clock.after(this.#plan.maxWaitMs, () => this.#guard(() => this.#finish()))
    this.#stops.push(() => timer.cancel())
    this.#stops.push(this.#call.onGone(() => this.#end([])))
    this.#plan.asked.forEach(({ topic: { topic, topicId }, partitions }, i) => {
      const ref = topicRef(topic, topicId, this.#call)
      const { found } = findTopic(ref, this.#call)
      partitions.forEach((asked, j) => {
        const partition = found?.partitions[asked.partition]
        const { bytes } = this.#first[i]!.partitions[j]!
        if (partition) this.#watch(partition, { ref, asked, bytes })
      })
    })
  }

  #watch(partition: Partition, watched: Watched): void {
    this.#bytes += watched.bytes
    const stop = partition.watch(() => {
      this.#changed.add(watched)
      this.#looking ??= this.#call.clock.soon(() => this.#guard(() => this.#look()))
    })
    this.#stops.push(stop)
  }

  #look(): void {
    this.#looking = undefined
    const changed = [...this.#changed]
    this.#changed.clear()
    let isEnded = false
    for (const watched of changed) {
      const now = this.#estimate(watched)
      this.#bytes += now.bytes - watched.bytes
      watched.bytes = now.bytes
      isEnded ||= endsWait(now)
    }
    if (isEnded || this.#bytes >= bytesWanted(this.#plan)) this.#finish()
  }

  /** As if there were nothing else to read. */
  #estimate({ ref, asked }: Watched): PartitionRead {
    const { maxBytes: room, isolationLevel, rackId } = this.#plan
    const limits = { room, isEmpty: true, isolationLevel, rackId, isEstimate: true }
    return readPartition(ref, asked, limits, this.#call)
  }

  #finish(): void {
    const read = readAll(this.#plan, this.#call)
    this.#end(
      read.map((topic, i) => ({
        ...topic,
        partitions: topic.partitions.map((now, j) => gone(this.#first[i]!.partitions[j]!, now)),
      })),
    )
  }

  #end(read: readonly TopicRead[]): void {
    this.#stop()
    this.#settle.answer(read)
  }

  #stop(): void {
    this.#looking?.cancel()
    for (const stop of this.#stops) stop()
  }

  /** Whoever waits hears what goes wrong: thrown out of a timer it would end the process. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#stop()
      this.#settle.fail(error)
    }
  }
}

/** What was known when the wait began is an unknown partition when it has gone, also for those who name it by id. */
function gone(first: PartitionRead, now: PartitionRead): PartitionRead {
  if (first.isUnknown || !now.isUnknown) return now
  return { ...now, answer: { ...now.answer, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') } }
}
