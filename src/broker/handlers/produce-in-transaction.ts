import { batchAttributes, batchLayout, type ErrorName } from '../../protocol'
import { readBatchHeader, type SequencedBatch } from '../log'
import { admit, isVerified } from './admit-to-transaction'
import type { Call } from './call'
import { findLed, type TopicRef } from './lookup'
import { refusal, type Refusal } from './refusal'

/** What a Produce request has for one partition. */
export interface ForPartition {
  readonly topic: TopicRef
  readonly index: number
  readonly records: Buffer | null
}

/** Why batches may not be written, as far as transactions go. */
export type Refusals = ReadonlyMap<ForPartition, Refusal>

/** From this version on a batch makes its partition part of the transaction (KIP-890). */
const firstWithoutAdding = 12
/** From this version on clients know TRANSACTION_ABORTABLE. */
const firstWithAbortable = 11

/** The batches of transactions among these: the first of each of them has to be known to the coordinator. */
export function refuseBatches(
  transactionalId: string | null,
  batches: readonly ForPartition[],
  call: Call,
): Refusals {
  const transactional = batches
    .filter(isTransactional)
    .map(one => ({ one, header: readBatchHeader(one.records!) }))
  if (transactional.length === 0) return new Map()
  if (transactionalId === null) return all(batches, refusal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
  const producer = transactional[0]!.header
  if (transactional.some(({ header }) => !isSame(header, producer)))
    return all(
      batches,
      refusal('INVALID_PRODUCER_ID_MAPPING', 'Transactional records contained more than one producer ID'),
    )
  return isVerified(call) ? verifyFirst(transactionalId, transactional, call) : new Map()
}

/** Whether the end of the transaction before is still being written, which may be over in a moment. */
export function isBusy(refusals: Refusals, { version }: Call): boolean {
  const waits = version >= firstWithoutAdding
  return waits && [...refusals.values()].some(({ error }) => error === 'CONCURRENT_TRANSACTIONS')
}

interface Begun {
  readonly one: ForPartition
  readonly header: SequencedBatch
}

function isTransactional({ records }: ForPartition): boolean {
  if (records === null || records.length < batchLayout.records || records[batchLayout.magic] !== 2)
    return false
  return (records.readInt16BE(batchLayout.attributes) & batchAttributes.transactional) !== 0
}

const isSame = (a: SequencedBatch, b: SequencedBatch): boolean =>
  a.producerId === b.producerId && a.producerEpoch === b.producerEpoch

const all = (batches: readonly ForPartition[], why: Refusal): Refusals =>
  new Map(batches.map(one => [one, why]))

function verifyFirst(transactionalId: string, batches: readonly Begun[], call: Call): Refusals {
  const adds = call.version >= firstWithoutAdding
  const first = batches.flatMap(({ one, header }) => {
    const { found: partition } = findLed(one.topic, one.index, call)
    if (partition === undefined || !partition.log.producers.begins(header)) return []
    partition.log.producers.beginVerification(header, adds)
    return [{ one, header, partition: { topic: partition.topic.name, partition: partition.index } }]
  })
  if (first.length === 0) return new Map()
  const partitions = first.map(({ partition }) => partition)
  const how = { adds, knowsAbortable: call.version >= firstWithAbortable }
  const errors = admit(transactionalId, first[0]!.header, partitions, how, call)
  return new Map(
    first.flatMap(({ one }, i) => {
      const error = errors[i]
      return error === undefined ? [] : [[one, toldToProducer(error, how.adds)] as const]
    }),
  )
}

const passing: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
])

/** What will be over soon is told as something that clients try again without looking for another leader. */
function toldToProducer(error: ErrorName, knowsConcurrent: boolean): Refusal {
  if (error === 'INVALID_TXN_STATE') return refusal(error, 'Partition was not added to the transaction')
  if (!passing.has(error) || (error === 'CONCURRENT_TRANSACTIONS' && knowsConcurrent)) return refusal(error)
  const why = `Unable to verify the partition has been added to the transaction. Underlying error: ${error}`
  return refusal('NOT_ENOUGH_REPLICAS', why)
}
