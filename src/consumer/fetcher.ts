import {
  asKafkaError,
  ClosedError,
  ConnectionError,
  MessageTooLargeError,
  NoOffsetError,
  TimeoutError,
  type KafkaError,
  type Timer,
} from '../kernel'
import { jittered, leaderOf, runCall, type Answer, type Broker } from '../client'
import { codecs } from '../compression'
import { brokerError, readBatches, type Fetch, type FetchResponse } from '../protocol'
import { AbortedTransactions } from './aborted'
import { DecompressionMeter } from './decompression-meter'
import { fetchRequest } from './fetch-request'
import { Fetched } from './fetched'
import { locate, type Located } from './locate'
import type { PartitionLine } from './partition-line'
import { asksOf, planFetches, type FetchAsk, type Planned } from './plan-fetch'
import type { SessionContext } from './session-context'

type Told = FetchResponse['responses'][number]['partitions'][number]
type Ask = FetchAsk<PartitionLine>

const offsetOutOfRange = 1

/** A part of the budget that fetches leave alone: batches grow when they are decompressed. */
const growthShare = 1 / 4

interface FetcherContext extends SessionContext {
  /** Something is there to be delivered. */
  readonly arrived: (line: PartitionLine) => void
  /** There is no room to ask for it. */
  readonly starved: (line: PartitionLine) => void
  /** The group has stored nothing for this partition: the position chosen for it counts from now on. */
  readonly chosen: (line: PartitionLine) => void
}

/** Keeps one fetch on its way to every leader, for the partitions that have room. */
export class Fetcher {
  readonly #context: FetcherContext
  /** In the order in which they are asked for: whose records came longest ago comes first. */
  readonly #lines = new Set<PartitionLine>()
  readonly #busy = new Set<number>()
  readonly #asked = new Set<Broker>()
  readonly #meter = new DecompressionMeter(codecs)
  readonly #leaveBudget: () => void
  #isShort = false
  #turn: Timer | undefined
  #alarm: Timer | undefined

  constructor(context: FetcherContext) {
    this.#context = context
    this.#leaveBudget = context.budget.onRoom(() => {
      if (this.#isShort) this.wake()
    })
  }

  get #clock() {
    return this.#context.client.settings.clock
  }

  adopt(line: PartitionLine): void {
    this.#lines.add(line)
  }

  /** Looks at the partitions on the next turn of the event loop. */
  wake(): void {
    this.#turn ??= this.#clock.soon(() => this.pump())
  }

  /** Finds positions, and asks every leader that is not being asked yet. */
  pump(): void {
    this.#turn?.cancel()
    this.#turn = undefined
    if (this.#context.fetching.aborted) return
    const now = this.#clock.monotonic()
    for (const line of this.#lines) line.leader = this.#leaderOf(line, now)
    this.#locate([...this.#lines].filter(line => isLost(line, now)))
    const { budget, settings } = this.#context
    const planned = planFetches([...this.#lines], {
      now,
      busy: this.#busy,
      room: budget.free - budget.limit * growthShare,
      isEmpty: budget.held === 0,
    })
    const short = planned.filter(plan => 'skip' in plan && plan.skip === 'no-room')
    this.#isShort = short.length > 0
    for (const { partition: line } of short) if (!line.hasNext) this.#context.starved(line)
    for (const ask of asksOf(planned, { ...settings, now })) this.#send(ask)
    this.#setAlarm(planned, now)
  }

  /** Ends the connections; what is on its way is not waited for. */
  close(): void {
    this.#leaveBudget()
    this.#turn?.cancel()
    this.#alarm?.cancel()
    for (const broker of this.#asked) broker.release(this.#context.purpose)
  }

  #leaderOf(line: PartitionLine, now: number): number | undefined {
    const { router, cluster } = this.#context.client
    const { topic, partition } = line.at
    const known = cluster.partition(topic, partition)
    if (known && router.brokers.get(known.leader)) return known.leader
    if (now >= line.notBefore && !line.hasFailed) {
      try {
        leaderOf(router, cluster, line.at, 'Fetch')
      } catch (error) {
        this.#retry(line, asKafkaError(error, 'Fetch'))
      }
    }
    return undefined
  }

  #locate(lines: readonly PartitionLine[]): void {
    if (lines.length === 0) return
    for (const line of lines) line.isLocating = true
    void locate(this.#context, lines).then(found => {
      lines.forEach((line, i) => {
        line.isLocating = false
        if (!this.#context.fetching.aborted) this.#located(line, found[i]!)
      })
      this.pump()
    })
  }

  #located(line: PartitionLine, found: Located): void {
    if ('error' in found) {
      if (found.error.retriable) this.#retry(line, found.error)
      else this.#fail(line, found.error)
      return
    }
    line.attempts = 0
    if ('reset' in found) {
      line.target = found.reset
      line.isChosen = true
      this.#context.emit({ type: 'offset-reset', at: line.at, to: found.reset, from: undefined })
      return
    }
    const { offset, leaderEpoch } = found.position
    line.position = { offset, leaderEpoch }
    if (line.isChosen) this.#context.chosen(line)
    line.isChosen = false
  }

  #send(ask: Ask): void {
    const { client, settings, budget, purpose, fetching } = this.#context
    const broker = client.router.brokers.get(ask.leader)!
    const reserved = budget.hold(ask.maxBytes)
    this.#busy.add(ask.leader)
    this.#asked.add(broker)
    const plan = {
      clock: this.#clock,
      what: `Fetch -> ${broker.name}`,
      timeoutMs: client.settings.timeoutMs,
      abandoned: fetching,
    }
    // Only asks when what is known has become old.
    client.router.metadata.of([this.#context.topic]).catch(ignored)
    const request = fetchRequest(ask, settings, client.cluster, purpose)
    runCall(plan, call => broker.request(request, call))
      .finally(() => {
        this.#busy.delete(ask.leader)
        reserved.release()
      })
      .then(answer => this.#answered(ask, answer))
      .catch((error: unknown) => this.#failed(ask, asKafkaError(error, plan.what)))
      .finally(() => this.pump())
  }

  #answered({ parts }: Ask, { response, version, broker }: Answer<typeof Fetch>): void {
    if (this.#context.fetching.aborted) return
    const { errorCode, responses } = response!
    const where = `Fetch v${version} -> ${broker.name}`
    if (errorCode !== 0) throw brokerError(errorCode, where)
    this.#learn(response!)
    const told = new Map<string, Told>()
    for (const { topic, partitions } of responses)
      for (const one of partitions) told.set(`${one.partitionIndex}:${topic}`, one)
    const isAlone = [...told.values()].filter(one => (one.records?.length ?? 0) > 0).length <= 1
    for (const { partition: line, position } of parts) {
      const one = told.get(`${line.at.partition}:${line.at.topic}`)
      // An answer counts only for the position that is still wanted.
      if (line.position !== position || one === undefined) continue
      if (one.errorCode === 0) this.#accept(line, one, isAlone)
      else this.#judge(line, one.errorCode, where)
    }
  }

  /** Errors name the new leader (KIP-951). */
  #learn({ responses, nodeEndpoints }: FetchResponse): void {
    const { metadata } = this.#context.client.router
    const nodes = nodeEndpoints.map(({ nodeId, ...node }) => ({ ...node, id: nodeId }))
    for (const { topic, partitions } of responses) {
      for (const { partitionIndex: partition, errorCode, currentLeader } of partitions)
        if (errorCode !== 0) metadata.learnLeader({ topic, partition, ...currentLeader }, nodes)
    }
  }

  #accept(line: PartitionLine, told: Told, isAlone: boolean): void {
    const { client, budget } = this.#context
    const records = told.records
    if (records === null || records.length === 0) return
    // A slow partition must not hold the bytes of its neighbours, which came in the same answer.
    const own = isAlone ? records : Buffer.from(records)
    const { maxDecompressedBytes } = client.settings
    const batches = readBatches(own, { ...line.at, codecs: this.#meter.lookup, maxDecompressedBytes })
    const fetched = new Fetched(batches, own.length, {
      from: line.position!,
      aborted: new AbortedTransactions(told.abortedTransactions ?? []),
      meter: this.#meter,
      budget,
    })
    if (fetched.isRead) {
      fetched.close()
      if (batches.trailingBytes > 0) this.#enlarge(line, own.length)
      return
    }
    this.#lines.delete(line)
    this.#lines.add(line)
    line.arrived(fetched)
    this.#context.arrived(line)
  }

  /** Brokers older than 0.10.1 cut off even the first batch when it is larger than what was asked for. */
  #enlarge(line: PartitionLine, bytes: number): void {
    const { maxPartitionFetchBytes } = this.#context.settings
    const { topic, partition } = line.at
    if (line.fetchBytes < maxPartitionFetchBytes)
      line.fetchBytes = Math.min(maxPartitionFetchBytes, 2 * line.fetchBytes)
    else
      this.#fail(
        line,
        new MessageTooLargeError(
          `${topic}/${partition} offset ${line.position!.offset}`,
          bytes,
          maxPartitionFetchBytes,
          'consumer option maxPartitionFetchBytes',
        ),
      )
  }

  #judge(line: PartitionLine, code: number, where: string): void {
    const { topic, partition } = line.at
    const { offset } = line.position!
    const error = brokerError(code, `${where}, ${topic}/${partition} offset ${offset}`)
    if (code === offsetOutOfRange) this.#reset(line, error)
    else if (error.retriable) this.#retry(line, error)
    else this.#fail(line, error)
  }

  #reset(line: PartitionLine, error: KafkaError): void {
    const to = this.#context.settings.autoOffsetReset
    const from = line.position!.offset
    if (to === 'none')
      return this.#fail(line, new NoOffsetError(line.at, `the log does not have offset ${from}`, error))
    line.position = undefined
    line.target = to
    this.#context.emit({ type: 'offset-reset', at: line.at, to, from })
  }

  #failed({ parts }: Ask, error: KafkaError): void {
    if (this.#context.fetching.aborted) return
    // A broker that has left the cluster is closed under our hands.
    const mayRepeat = error.retriable || error instanceof ClosedError
    for (const { partition: line } of parts) {
      if (mayRepeat) this.#retry(line, error)
      else this.#fail(line, error)
    }
  }

  #fail(line: PartitionLine, error: KafkaError): void {
    line.fail(error)
    this.#context.arrived(line)
  }

  /** The partition waits a jittered pause that grows with every error; who leads it is asked anew. */
  #retry(line: PartitionLine, error: KafkaError): void {
    const { client, emit, topic } = this.#context
    const { retryBackoffMs, retryBackoffMaxMs, random } = client.settings
    const ms = Math.min(retryBackoffMaxMs, retryBackoffMs * 2 ** Math.min(line.attempts++, 20))
    line.notBefore = this.#clock.monotonic() + jittered(ms, random)
    emit({ type: 'retry', at: line.at, error })
    if (needsMetadata(error)) client.router.metadata.refresh([topic]).catch(ignored)
  }

  #setAlarm(planned: readonly Planned<PartitionLine>[], now: number): void {
    this.#alarm?.cancel()
    const pauses = planned.map(({ partition }) => partition.notBefore).filter(time => time > now)
    this.#alarm =
      pauses.length === 0
        ? undefined
        : this.#clock.after(Math.ceil(Math.min(...pauses) - now), () => this.pump())
  }
}

/** Whether its position is to be asked for now. */
function isLost(line: PartitionLine, now: number): boolean {
  return line.position === undefined && !line.isLocating && !line.hasFailed && now >= line.notBefore
}

function needsMetadata(error: KafkaError): boolean {
  return (
    error.remedy === 'refresh-metadata' ||
    error instanceof ConnectionError ||
    error instanceof TimeoutError ||
    error instanceof ClosedError
  )
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
