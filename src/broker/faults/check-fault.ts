import { ArgumentError } from '../../kernel'
import { Apis, type Api } from '../../protocol'
import type { Fault } from './fault-run'

/** APIs whose handlers ask for the error of each partition. */
const byPartition: ReadonlySet<Api> = new Set<Api>([
  Apis.Produce,
  Apis.Fetch,
  Apis.ListOffsets,
  Apis.OffsetForLeaderEpoch,
  Apis.DeleteRecords,
  Apis.OffsetCommit,
  Apis.OffsetFetch,
  Apis.OffsetDelete,
])

const targeted = new WeakSet<Fault>()
const factories = new WeakSet<object>()

/** A fault for some partitions only: it can strike no other APIs than those that ask partition by partition. */
export function withTarget(fault: Fault): Fault {
  targeted.add(fault)
  return fault
}

/** Marks functions that make faults and are none: one given in place of a fault was not called. */
export function areFactories(...makers: readonly object[]): void {
  for (const maker of makers) factories.add(maker)
}

/** ArgumentError for what is no fault, or none for this API. */
export function checkFault(argument: string, api: Api, fault: unknown): asserts fault is Fault {
  if (typeof fault !== 'function') throw new ArgumentError(argument, fault, 'a fault, such as dropAnswer()')
  if (factories.has(fault))
    throw new ArgumentError(argument, fault, `what it makes: call it, ${fault.name}(...)`)
  if (!targeted.has(fault as Fault) || byPartition.has(api)) return
  const names = [...byPartition].map(({ name }) => name).join(', ')
  throw new ArgumentError(
    argument,
    `answerWith an error in some partitions of ${api.name}`,
    `one of ${names}`,
  )
}
