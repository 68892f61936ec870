import { TransactionAbortedError, TransactionStateError, type Bytes, type KafkaError } from '../../kernel'
import { Deferred, type Delivery } from '../../deferred'
import type { OutgoingMessage } from '../outgoing'
import type { Receipt } from '../receipt'
import type { SendAll } from '../send-all-types'
import {
  checkGroup,
  checkOffsets,
  type GroupMetadata,
  type ReadyGroup,
  type ReadyOffset,
  type TransactionOffset,
} from './offsets'

/**
 * Messages, and offsets of groups, that readers with `read_committed` see together or not at all. What its sends come
 * to is what the log has: a send that the broker has acknowledged succeeds, also when the transaction is aborted later.
 */
export interface Transaction<Value = Bytes | null> {
  /** As `Producer.send`. After a failure, and once the end has been asked for, it fails at once. */
  send(message: OutgoingMessage<Value>): Delivery<Receipt>

  /** As `Producer.sendMessages`. */
  sendMessages(topic: string, key: Bytes | null | undefined, messages: readonly Value[]): Delivery<Receipt>

  /**
   * As `Producer.sendAll`. It has to end before the commit is asked for: return it, or wait for it. A source that
   * fails, or was not read to its end by then, makes the transaction abort, as does a message that fails, whatever
   * `onError` says. Whoever unsubscribes, or lets messages be dropped, wants no more of them: what was accepted counts.
   */
  readonly sendAll: SendAll<Value>

  /**
   * Stores offsets of a group when the transaction commits. Starts when called; calls take effect in their order.
   *
   * @param group its id, or with whose member they are; see `GroupMetadata`
   */
  sendOffsets(offsets: readonly TransactionOffset[], group: string | GroupMetadata): Deferred<void>

  /**
   * Sends what waits, waits for all sends and offsets before it, then commits. Starts when called; twice is the same.
   * If any of them has failed, listened to or not, it aborts instead; a request that is on its way then is waited for
   * until it is answered or out of time.
   *
   * @returns fails with TransactionAbortedError when the transaction was aborted, surely. With anything else it may be
   *   committed, and the producer begins no more: with FencedError when a newer producer has taken over, with
   *   TimeoutError when for `transactionTimeoutMs` no coordinator said for certain. A new producer and what its readers
   *   see will tell
   */
  commit(): Deferred<void>

  /**
   * Aborts: what has not left fails; what is on its way is waited for until it is answered or out of time, also when
   * its outcome is known. Starts when called; twice, and after a commit that has failed for certain, is the same.
   *
   * @returns fails with TransactionStateError when it is committed, with FencedError when a newer producer has taken over
   */
  abort(): Deferred<void>
}

/** How a transaction has ended. */
export type TransactionEnd =
  | { readonly type: 'committed' }
  | { readonly type: 'aborted'; readonly error: KafkaError | undefined }
  | { readonly type: 'died'; readonly error: KafkaError }

/** What a transaction asks of its producer. */
export interface TransactionHost<Value> {
  one(by: OpenTransaction<Value>, message: OutgoingMessage<Value>): Delivery<Receipt>
  many(
    by: OpenTransaction<Value>,
    topic: string,
    key: Bytes | null | undefined,
    values: readonly Value[],
  ): Delivery<Receipt>
  sendAll(by: OpenTransaction<Value>): SendAll<Value>
  /** Raises what is wrong with the offsets, or came of them. */
  offsets(
    by: OpenTransaction<Value>,
    read: () => readonly [ReadyGroup, readonly ReadyOffset[]],
  ): Promise<void>
  commit(by: OpenTransaction<Value>): void
  abort(by: OpenTransaction<Value>): void
}

/** One transaction of a producer, from its begin on. */
export class OpenTransaction<Value> implements Transaction<Value> {
  readonly sendAll: SendAll<Value>
  /** How many `sendAll` have not ended. */
  sendAlls = 0
  readonly #host: TransactionHost<Value>
  readonly #end: Promise<TransactionEnd>
  #tell!: (end: TransactionEnd) => void
  #committed: Deferred<void> | undefined
  #aborted: Deferred<void> | undefined

  constructor(host: TransactionHost<Value>) {
    this.#host = host
    this.sendAll = host.sendAll(this)
    this.#end = new Promise(resolve => (this.#tell = resolve))
  }

  send(message: OutgoingMessage<Value>): Delivery<Receipt> {
    return this.#host.one(this, message)
  }

  sendMessages(topic: string, key: Bytes | null | undefined, messages: readonly Value[]): Delivery<Receipt> {
    return this.#host.many(this, topic, key, messages)
  }

  sendOffsets(offsets: readonly TransactionOffset[], group: string | GroupMetadata): Deferred<void> {
    const read = () => [checkGroup(group), checkOffsets(offsets)] as const
    return Deferred.from<void>('sendOffsets', () => this.#host.offsets(this, read)).start()
  }

  commit(): Deferred<void> {
    this.#committed ??= Deferred.from<void>('commit', () => {
      this.#host.commit(this)
      return this.#end.then(committed)
    })
    return this.#committed.start()
  }

  abort(): Deferred<void> {
    this.#aborted ??= Deferred.from<void>('abort', () => {
      this.#host.abort(this)
      return this.#end.then(aborted)
    })
    return this.#aborted.start()
  }

  /** Commits, unless it was told to abort. */
  finish(): Deferred<void> {
    return this.#aborted ?? this.commit()
  }

  /** For its host: it has ended. */
  ended(end: TransactionEnd): void {
    this.#tell(end)
  }

  /** How it ended, once it has. */
  get end(): Promise<TransactionEnd> {
    return this.#end
  }
}

function committed(end: TransactionEnd): void {
  if (end.type === 'died') throw end.error
  if (end.type === 'aborted')
    throw new TransactionAbortedError('the transaction was aborted, none of it is committed', end.error)
}

function aborted(end: TransactionEnd): void {
  if (end.type === 'died') throw end.error
  if (end.type === 'committed')
    throw new TransactionStateError('the transaction is committed, so it cannot be aborted')
}
