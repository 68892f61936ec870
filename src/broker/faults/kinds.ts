import { ArgumentError, optional, Option, settle, text } from '../../kernel'
import type { ErrorName } from '../../protocol'
import { areFactories, withTarget } from './check-fault'
import { checkError, checkMs, checkWhole } from './checks'
import type { Fault } from './fault-run'

/**
 * The request is carried out; its answer, and all later ones of the connection, never arrive. The connection stays
 * open and takes what comes, as a broker behind a network that loses one direction.
 *
 * A client sees nothing at all until its own request timeout, 30 s by default with most. For a test that is to end
 * soon use a VirtualClock, a client with a short timeout, or a fault that it sees at once: `closeConnection('after')` or
 * `cutAnswer()` where the answer is lost, `failAfterwards()` where it is wrong.
 */
export function dropAnswer(): Fault {
  return run => {
    run.mute()
    return run.carryOut()
  }
}

/**
 * The request is carried out; its answer leaves `ms` later, and holds up those behind it. Throws an ArgumentError for
 * what is no time.
 */
export function delayAnswer(ms: number): Fault {
  checkMs('delayAnswer ms', ms)
  return async run => {
    const answer = await run.carryOut()
    await run.wait(ms)
    return answer
  }
}

/** The request is carried out only after `ms`. Throws an ArgumentError for what is no time. */
export function delayRequest(ms: number): Fault {
  checkMs('delayRequest ms', ms)
  return async run => {
    await run.wait(ms)
    return run.carryOut()
  }
}

export interface ErrorTarget {
  /** Only this topic; default every one. */
  readonly topic?: string | undefined
  /** Only this partition; default every one. */
  readonly partition?: number | undefined
}

const targetOptions = {
  topic: optional(text('')),
  partition: optional(
    new Option<number>('a whole number from 0', 0, value =>
      Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined,
    ),
  ),
}

/**
 * The request is answered with this error and not carried out. With a target only those partitions are (Produce,
 * Fetch, ListOffsets, OffsetForLeaderEpoch, DeleteRecords, OffsetCommit, OffsetFetch, OffsetDelete, TxnOffsetCommit;
 * AddPartitionsToTxn adds none of its partitions then), and the others are served. Throws an ArgumentError for an error that Kafka does not have, or a target that cannot be.
 */
export function answerWith(error: ErrorName, target?: ErrorTarget): Fault {
  checkError('answerWith error', error)
  if (target === undefined) return run => run.refusal(error)
  const { topic, partition } = settle('answerWith', targetOptions, target)
  const hits = (name: string, index: number): boolean =>
    name === (topic ?? name) && index === (partition ?? index)
  return withTarget(run => run.carryOutWith((name, index) => (hits(name, index) ? error : undefined)))
}

/**
 * The request is carried out, and answered as if it had failed. Throws an ArgumentError for an error that Kafka does
 * not have.
 */
export function failAfterwards(error: ErrorName): Fault {
  checkError('failAfterwards error', error)
  return async run => {
    await run.carryOut()
    return run.refusal(error)
  }
}

/** The request is carried out twice, as one that a client sent again; the second answer counts. */
export function duplicate(): Fault {
  return async run => {
    await run.carryOut()
    return run.carryOut()
  }
}

/** The connection closes, before the request is carried out or, with `after`, when it was. */
export function closeConnection(when: 'before' | 'after' = 'before'): Fault {
  if (!['before', 'after'].includes(when))
    throw new ArgumentError('closeConnection', when, '"before" or "after"')
  return async run => {
    if (when === 'after') await run.carryOut()
    throw run.close(`by a fault, ${when} ${run.request.api.name} v${run.request.version} was carried out`)
  }
}

/** The request is carried out; so many bytes of the answer arrive (default half of it), then the connection closes. */
export function cutAnswer(bytes?: number): Fault {
  checkWhole('cutAnswer bytes', bytes)
  return async run => {
    const answer = await run.carryOut()
    throw run.cutAnswer(answer, bytes)
  }
}

/**
 * The request is carried out, and the client told that it is held back for `ms`; the connection then is (KIP-219).
 * Throws an ArgumentError for what is no whole time.
 */
export function throttle(ms: number): Fault {
  checkMs('throttle ms', ms)
  checkWhole('throttle ms', ms)
  return async run => {
    const answer = await run.carryOut()
    run.holdBack(ms)
    return typeof answer === 'symbol' ? answer : { ...answer, throttleTimeMs: ms }
  }
}

areFactories(
  dropAnswer,
  delayAnswer,
  delayRequest,
  answerWith,
  failAfterwards,
  duplicate,
  closeConnection,
  cutAnswer,
  throttle,
)
