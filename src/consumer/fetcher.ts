import type { Subscription } from 'rxjs'
import { asKafkaError, type Timer } from '../kernel'
import { leaderOf, runCall, type Broker } from '../client'
import { divide } from './fair-share'
import { FetchAnswers } from './fetch-answer'
import { fetchRequest } from './fetch-request'
import { nearestReplica } from './nearest-replica'
import type { PartitionLine } from './partition-line'
import { asksOf, planFetches, type FetchAsk, type Planned, type SkipReason } from './plan-fetch'
import { Positions } from './positions'
import type { SessionContext } from './session-context'
import { Troubles } from './troubles'

/**
 * The part of the budget that fetches may fill: batches grow when they are decompressed, and what was let go of is there
 * until V8 collects it.
 */
const fillShare = 1 / 2
/** The part of the budget that one answer may bring; where there are many leaders less, so that all can be asked at a time. */
const answerShare = 1 / 4
/** While less than this part of the budget is held, buffers may fill: a slow partition then leaves room to the others. */
const ampleShare = fillShare / 4

/** So much of a partition is decoded in less time than a fetch takes to leave. */
const littleBytes = 4096

interface FetcherContext extends SessionContext {
  /** Something is there to be delivered. */
  readonly arrived: (line: PartitionLine) => void
  /** There is no room to ask for these, and they have nothing to deliver. */
  readonly starved: (lines: readonly PartitionLine[]) => void
  /** The group had stored nothing for this partition: the position chosen for it counts from now on. */
  readonly chosen: (line: PartitionLine) => void
  /** Reading goes on in another log: what was delivered does not count any more. */
  readonly leapt: (line: PartitionLine) => void
}

/** Keeps one fetch on its way to every leader, for the partitions that have room. */
export class Fetcher {
  readonly #context: FetcherContext
  readonly #troubles: Troubles
  readonly #positions: Positions
  readonly #answers: FetchAnswers
  /** In the order in which they are asked for: whose turn, or whose records, came longest ago comes first. */
  readonly #lines = new Set<PartitionLine>()
  /** Leaders that are being asked. */
  readonly #busy = new Set<number>()
  readonly #asked = new Set<Broker>()
  readonly #leaveBudget: () => void
  readonly #leaderNews: Subscription
  /** Partitions with something to deliver, of which nobody was told yet. */
  readonly #news = new Set<PartitionLine>()
  #telling: Timer | undefined
  #isShort = false
  #turn: Timer | undefined
  #alarm: Timer | undefined

  constructor(context: FetcherContext) {
    this.#context = context
    const troubles = new Troubles({ ...context, ended: line => this.#tell(line) })
    this.#troubles = troubles
    this.#positions = new Positions({ ...context, troubles, looked: () => this.pump() })
    this.#answers = new FetchAnswers({ ...context, troubles, arrived: line => this.#arrived(line) })
    this.#leaveBudget = context.budget.onRoom(() => {
      if (this.#isShort) this.#wake()
    })
    // The old leader may hold its fetch, or be dead without a word: the new one is asked meanwhile.
    this.#leaderNews = context.client.events$.subscribe({
      next: ({ type }) => {
        if (type === 'leader-changed' || type === 'topic-recreated') this.#wake()
      },
      error: ignored,
    })
  }

  adopt(line: PartitionLine): void {
    this.#lines.add(line)
  }

  /** It is not asked for any more. */
  drop(line: PartitionLine): void {
    this.#lines.delete(line)
    this.#news.delete(line)
  }

  /** Finds positions, and asks every leader that is not being asked yet. */
  pump(): void {
    const { budget, settings, fetching, starved } = this.#context
    this.#turn?.cancel()
    this.#turn = undefined
    if (fetching.aborted) return
    const now = this.#clock.monotonic()
    this.#positions.find(this.#lines, now)
    for (const line of this.#lines) line.leader = this.#leaderOf(line, now)
    const leaders = new Set([...this.#lines].map(({ leader }) => leader)).size
    const share = Math.min(answerShare, fillShare / leaders)
    const fetchMaxBytes = Math.min(settings.fetchMaxBytes, Math.floor(budget.limit * share))
    divide(this.#lines, budget.limit, settings.maxPartitionFetchBytes)
    const planned = planFetches([...this.#lines], {
      now,
      busy: this.#busy,
      room: budget.free - budget.limit * (1 - fillShare),
      isStuck: budget.held === 0 || (this.#busy.size === 0 && [...this.#lines].every(isStuck)),
      isAmple: budget.held < budget.limit * ampleShare,
      fetchMaxBytes,
    })
    for (const { partition: line, ...decision } of planned) {
      const reason = 'skip' in decision ? decision.skip : 'asked'
      if (line.gate.reason !== reason) line.gate = { reason, since: now }
    }
    const short = skipped(planned, 'no-room')
    this.#isShort = short.length > 0
    starved(short.filter(line => !line.hasNext))
    const full = skipped(planned, 'buffer-full')
    for (const ask of asksOf(planned, { ...settings, fetchMaxBytes, now })) this.#send(ask, full)
    this.#setAlarm(planned, now)
  }

  /** Ends the connections; what is on its way is not waited for. */
  close(): void {
    this.#leaveBudget()
    this.#leaderNews.unsubscribe()
    for (const timer of [this.#turn, this.#alarm, this.#telling]) timer?.cancel()
    for (const broker of this.#asked) broker.release(this.#context.purpose)
  }

  #wake(): void {
    this.#turn ??= this.#clock.soon(() => this.pump())
  }

  get #clock() {
    return this.#context.client.settings.clock
  }

  #leaderOf(line: PartitionLine, now: number): number | undefined {
    const { client } = this.#context
    const { router, cluster } = client
    const nearest = nearestReplica(line, client, now)
    if (nearest !== undefined) return nearest
    const leader = cluster.partition(line.at.topic, line.at.partition)?.leader
    if (leader !== undefined && router.brokers.get(leader)) return leader
    if (now < line.notBefore || line.hasFailed) return undefined
    try {
      return leaderOf(router, cluster, line.at, 'Fetch').id
    } catch (error) {
      this.#troubles.meet(line, asKafkaError(error, 'Fetch'))
      return undefined
    }
  }

  /** @param full those that were left out, since they had enough */
  #send(ask: FetchAsk<PartitionLine>, full: readonly PartitionLine[]): void {
    const { client, budget } = this.#context
    const broker = client.router.brokers.get(ask.leader)!
    const reserved = budget.hold(ask.maxBytes)
    const request = fetchRequest(ask, this.#context)
    const what = `Fetch -> ${broker.name}`
    const plan = {
      clock: this.#clock,
      what,
      timeoutMs: client.settings.timeoutMs + ask.maxWaitMs,
      abandoned: this.#context.fetching,
    }
    this.#busy.add(ask.leader)
    this.#asked.add(broker)
    // Asks only when what is known has become old.
    client.router.metadata
      .of([...new Set(ask.parts.map(({ partition }) => partition.at.topic))])
      .catch(ignored)
    runCall(plan, call => broker.request(request, call))
      .finally(() => {
        this.#busy.delete(ask.leader)
        reserved.release()
      })
      .then(answer => {
        if (this.#context.fetching.aborted) return
        // Else those for whom there was no room would never be asked for while these have nothing.
        for (const { partition } of ask.parts) this.#toTheEnd(partition)
        // Nor do those come before them that had something when these were asked for.
        for (const line of full) this.#toTheEnd(line)
        this.#answers.take(ask, answer)
      })
      .catch((error: unknown) => this.#failed(ask, asKafkaError(error, what)))
      .finally(() => this.pump())
  }

  /** The next fetch leaves before much is decoded; little goes to the subscriber first, who waits for it. */
  #arrived(line: PartitionLine): void {
    this.#toTheEnd(line)
    if (line.bufferedBytes > littleBytes) this.#tell(line)
    else this.#context.arrived(line)
  }

  #toTheEnd(line: PartitionLine): void {
    if (this.#lines.delete(line)) this.#lines.add(line)
  }

  /** A turn later, when the next fetch has left. */
  #tell(line: PartitionLine): void {
    this.#news.add(line)
    this.#telling ??= this.#clock.soon(() => {
      this.#telling = undefined
      const news = [...this.#news]
      this.#news.clear()
      for (const one of news) this.#context.arrived(one)
    })
  }

  #failed({ parts }: FetchAsk<PartitionLine>, error: ReturnType<typeof asKafkaError>): void {
    if (this.#context.fetching.aborted) return
    for (const { partition: line, position } of parts)
      if (line.position === position) this.#troubles.meet(line, error)
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

/** Those that were left out for this reason. */
function skipped(planned: readonly Planned<PartitionLine>[], reason: SkipReason): readonly PartitionLine[] {
  return planned.flatMap(plan => ('skip' in plan && plan.skip === reason ? plan.partition : []))
}

/** Whatever it holds, nobody will let go of it unless others are read. */
function isStuck(line: PartitionLine): boolean {
  return line.isPaused || !line.isWanted || line.isIdle
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
