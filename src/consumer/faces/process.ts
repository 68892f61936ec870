import type { Subscriber } from 'rxjs'
import { settle, type TopicPartition } from '../../kernel'
import type { Batch } from '../batch'
import type { Face, Mode, Reader } from '../reader'
import type { Session } from '../session'
import { graceMs, processOptions, type ProcessOptions } from './options'
import { PausedLines } from './paused-lines'
import { checkHandler, type Handled } from './run-handler'
import { Tasks } from './tasks'

/** A batch, or a message, that is done. */
export interface Processed extends TopicPartition {
  /** Of the message, or of the first one of the batch. */
  readonly offset: bigint
  /** How many messages it was. */
  readonly messages: number
}

export type BatchHandler = (batch: Batch) => Handled

/** How batches are delivered to a handler: one of a partition at a time. */
export function processMode(options: ProcessOptions<Batch>): Mode {
  const { maxConcurrency } = settle('process', processOptions, options as object)
  return { ack: 'manual', maxInFlightBatches: 1, maxInHand: maxConcurrency ?? Infinity, acksItself: true }
}

/** Calls a handler for each batch, and acks what is done. */
export function processFace(
  reader: Reader,
  handler: BatchHandler,
  options: ProcessOptions<Batch>,
): (subscriber: Subscriber<Processed>, session: () => Session) => Face {
  const settings = settle('process', processOptions, options as object)
  const { clock, random } = reader.core.settings
  checkHandler('process', handler)
  return (subscriber, session) => {
    const pausedLines = new PausedLines(reader)
    const stop = (): void => {
      tasks.stop()
      pausedLines.close()
    }
    const tasks = new Tasks<Batch>({
      clock,
      random,
      settings,
      handler,
      offsetOf: batch => batch.firstOffset,
      done: batch => {
        batch.ack()
        const { topic, partition, firstOffset: offset, count: messages } = batch
        subscriber.next({ topic, partition, offset, messages })
      },
      failed: (batch, error) => {
        session().abandon(batch)
        void session().finish(graceMs, error)
      },
      skipped: (batch, error) => {
        reader.tell({ type: 'skipped', at: batch, error })
        batch.ack()
      },
      paused: (batch, error) => {
        session().giveBack(batch)
        pausedLines.add(session().lines.get(batch)!, error)
      },
    })
    return {
      next: batch => tasks.begin(batch),
      resumed: line => pausedLines.delete(line),
      released: line => {
        pausedLines.delete(line)
        tasks.giveUp(isOf(line.at))
      },
      error: error => {
        stop()
        subscriber.error(error)
      },
      complete: () => subscriber.complete(),
      left: stop,
    }
  }
}

const isOf =
  (at: TopicPartition) =>
  ({ topic, partition }: TopicPartition): boolean =>
    topic === at.topic && partition === at.partition
