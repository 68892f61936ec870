import { Observable, Subject, type Subscriber } from 'rxjs'
import { AlreadyRunningError, ClosedError, type KafkaError } from '../kernel'
import { closeTimeout, type ClientCore, type CloseOptions, type CommitIdentity } from '../client'
import { Deferred } from '../deferred'
import { fetchMemoryOf } from './byte-budget'
import type { ConsumerEvent } from './event'
import { report } from './log'
import type { ConsumerSettings } from './options'
import { Session, type Receiver } from './session'
import type { SessionContext } from './session-context'

/** How a subscription is to be delivered to, where that is not as the options say. */
export type Mode = Partial<Pick<SessionContext, 'maxInHand' | 'maxUncommitted'>> & {
  readonly ack?: 'auto' | 'manual'
  readonly maxInFlightBatches?: number
  /** The face acks by itself. */
  readonly acksItself?: boolean
  /** It judges messages that cannot be deserialized. */
  readonly takesUndecodable?: boolean
}

/** A face of one subscription. */
export interface Face extends Receiver {
  /** Nothing more is delivered, and nobody hears any more of what is in hand. */
  left?(): void
  /** Closed in peace: nothing follows. */
  complete(): void
}

/** What a subscriber sees of a subscription, and how that is delivered. */
export interface View<T> {
  readonly mode: Mode
  faceOf(subscriber: Subscriber<T>, session: () => Session): Face
}

/** Partitions in the hand of a session. */
export interface Assignment {
  /** Whom commits come from; undefined: nobody that may commit. */
  identity(): CommitIdentity | undefined
  /** A commit that came from there was refused: the group may have something to say by that. */
  refused?(error: KafkaError, identity: CommitIdentity): void
  /** Takes them back. */
  leave(): Promise<void>
}

/** Gives a session its partitions, as soon as the one before it has ended. */
export type Assign = (session: Session, before: Promise<void>) => Assignment

interface Live {
  readonly session: Session
  readonly face: Face
  readonly assignment: Assignment
}

interface ReaderContext {
  readonly core: ClientCore
  readonly name: string
  readonly settings: ConsumerSettings
  /** Who else may fetch on the same connections. */
  readonly purpose: string
}

/** What a reader has of subscriptions: one live at a time, a later one waits for the end of the earlier. */
export class Reader {
  readonly events$: Observable<ConsumerEvent>
  readonly core: ClientCore
  readonly settings: ConsumerSettings
  readonly name: string
  readonly #events = new Subject<ConsumerEvent>()
  readonly #report = report()
  readonly #purpose: string
  readonly #leaveClient: () => void
  #live: Live | undefined
  /** When the subscription before the next one has ended wholly. */
  #before = Promise.resolve()
  #closed: Deferred<void> | undefined

  constructor({ core, name, settings, purpose }: ReaderContext) {
    this.core = core
    this.name = name
    this.settings = settings
    this.#purpose = purpose
    this.events$ = this.#events.asObservable()
    this.#leaveClient = core.adopt(this)
  }

  /** Resolves when the last subscription has ended wholly: what is done is committed, the group left. */
  get ended(): Promise<void> {
    return this.#before
  }

  get session(): Session | undefined {
    return this.#live?.session
  }

  readonly tell = (event: ConsumerEvent): void => {
    this.#report(event)
    this.#events.next(event)
  }

  /** A stream that reads while it is subscribed to. */
  stream<T>(view: View<T>, assign: () => Assign): Observable<T> {
    return new Observable<T>(subscriber => {
      try {
        return this.open(view.mode, assign(), session => view.faceOf(subscriber, session))
      } catch (error) {
        subscriber.error(error)
        return undefined
      }
    })
  }

  /** Begins a subscription; answers what ends it at once. */
  open(mode: Mode, assign: Assign, faceOf: (session: () => Session) => Face): () => void {
    if (this.#closed) throw new ClosedError(this.name)
    if (this.#live) throw new AlreadyRunningError(this.name)
    const face = faceOf(() => session)
    const identity = () => live.assignment.identity()
    const refused = (error: KafkaError, from: CommitIdentity) => live.assignment.refused?.(error, from)
    const session = new Session(
      { ...this.#shared(mode), identity, refused },
      {
        next: (batch, line) => face.next(batch, line),
        error: error => {
          this.#end(live)
          face.error(error)
        },
        adopted: line => face.adopted?.(line),
        released: line => face.released?.(line),
        resumed: line => face.resumed?.(line),
        returned: batch => face.returned?.(batch),
        withdrawn: lines => face.withdrawn?.(lines),
      },
    )
    const live: Live = { session, face, assignment: assign(session, this.#before) }
    this.#live = live
    return () => this.#leave(live)
  }

  close(options: CloseOptions = {}): Deferred<void> {
    if (this.#closed) return this.#closed
    const closed = Deferred.from<void>('close', async () => {
      const timeoutMs = closeTimeout(options)
      this.#closed = closed
      return this.#shutDown(timeoutMs)
    })
    return closed.start()
  }

  stop(): Deferred<void> {
    const closed = this.close({ timeoutMs: 0 })
    if (this.#live) this.#leave(this.#live)
    return closed
  }

  #shared({
    ack,
    maxInFlightBatches,
    maxInHand,
    maxUncommitted,
    acksItself,
    takesUndecodable = false,
  }: Mode): Omit<SessionContext, 'fetching' | 'identity' | 'refused'> {
    const { settings } = this
    const chosen = {
      ack: ack ?? settings.ack,
      maxInFlightBatches: maxInFlightBatches ?? settings.maxInFlightBatches,
    }
    return {
      client: this.core,
      name: this.name,
      settings: { ...settings, ...chosen },
      budget: fetchMemoryOf(this.core).join(),
      purpose: `fetch:${this.#purpose}-${dice(this.core)}`,
      emit: this.tell,
      maxInHand: maxInHand ?? Infinity,
      maxUncommitted,
      takesUndecodable,
      isAckedByHand: !acksItself && chosen.ack === 'manual',
    }
  }

  #leave(live: Live): void {
    if (!this.#end(live)) return
    live.face.left?.()
    // Who waits for what was under way need not any longer.
    live.session.look()
  }

  /** False when it has ended before. */
  #end(live: Live): boolean {
    if (this.#live !== live) return false
    this.#live = undefined
    // What is done is committed as long as it may be.
    this.#before = live.session.end().then(() => live.assignment.leave())
    return true
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const live = this.#live
    if (live) {
      if (timeoutMs > 0) await live.session.finish(timeoutMs)
      this.#leave(live)
    }
    await this.#before
    live?.face.complete()
    this.#leaveClient()
    this.#events.complete()
  }
}

/** Tells consumers of one client apart. */
function dice({ settings }: ClientCore): string {
  return Math.floor(settings.random() * 2 ** 32).toString(16)
}
