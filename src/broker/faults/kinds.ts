import { ArgumentError } from '../../kernel'
import { errorRows, type ErrorName } from '../../protocol'
import type { Fault } from './run'

/** The request is carried out; its answer, and all later ones of the connection, never arrive. */
export function dropAnswer(): Fault {
  return run => {
    run.mute()
    return run.carryOut()
  }
}

/** The request is carried out; its answer leaves `ms` later, and holds up those behind it. */
export function delayAnswer(ms: number): Fault {
  return async run => {
    const answer = await run.carryOut()
    await run.wait(ms)
    return answer
  }
}

/** The request is carried out only after `ms`. */
export function delayRequest(ms: number): Fault {
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

/**
 * The request is answered with this error and not carried out. With a target only those partitions are (Produce,
 * Fetch, ListOffsets, OffsetForLeaderEpoch, DeleteRecords, OffsetCommit, OffsetFetch, OffsetDelete), and the others are
 * served.
 */
export function answerWith(error: ErrorName, target?: ErrorTarget): Fault {
  if (![...errorRows.values()].some(({ name }) => name === error))
    throw new ArgumentError(
      'answerWith error',
      error,
      "Kafka's name of an error, such as NOT_LEADER_OR_FOLLOWER",
    )
  if (target === undefined) return run => run.refusal(error)
  const { topic, partition } = target
  const hits = (name: string, index: number): boolean =>
    name === (topic ?? name) && index === (partition ?? index)
  return run => run.carryOutWith((name, index) => (hits(name, index) ? error : undefined))
}

/** The request is carried out, and answered as if it had failed. */
export function failAfterwards(error: ErrorName): Fault {
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
  return async run => {
    if (when === 'after') await run.carryOut()
    throw run.close(`by a fault, ${when} ${run.request.api.name} v${run.request.version} was carried out`)
  }
}

/** The request is carried out; so many bytes of the answer arrive (default half of it), then the connection closes. */
export function cutAnswer(bytes?: number): Fault {
  return async run => {
    const answer = await run.carryOut()
    throw run.cutAnswer(answer, bytes)
  }
}

/** The request is carried out, and the client told that it is held back for `ms`; the connection then is (KIP-219). */
export function throttle(ms: number): Fault {
  return async run => {
    const answer = await run.carryOut()
    run.holdBack(ms)
    return typeof answer === 'symbol' ? answer : { ...answer, throttleTimeMs: ms }
  }
}
