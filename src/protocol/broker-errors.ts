import { BrokerError, type Remedy } from '../kernel'
import { brokerErrorTable, type ErrorName, type Row } from './broker-error-table'

/** What there is to say of one error code. */
export interface ErrorRow {
  /** Kafka's name for it, such as `NOT_LEADER_OR_FOLLOWER`. */
  readonly name: string
  readonly code: number
  readonly remedy: Remedy
  /** For a person: what it means, and what helps. */
  readonly meaning: string
}

/** All codes that we know, by code. */
export const errorRows: ReadonlyMap<number, ErrorRow> = new Map(
  (brokerErrorTable as readonly Row[]).map(([code, name, meaning, remedy = 'give-up']) => [
    code,
    { name, code, remedy, meaning },
  ]),
)

const codes = new Map<string, number>(brokerErrorTable.map(([code, name]) => [name, code]))

/** The code of an error by Kafka's name for it. */
export function errorCode(name: ErrorName): number {
  return codes.get(name)!
}

/** The row of a code; one that we do not know (a newer broker) is `UNKNOWN_CODE_<n>` and `give-up`. */
export function errorRow(code: number): ErrorRow {
  return errorRows.get(code) ?? unknownRow(code)
}

function unknownRow(code: number): ErrorRow {
  const meaning = 'an error code that this version of rx-kafka does not know'
  return { name: `UNKNOWN_CODE_${code}`, code, remedy: 'give-up', meaning }
}

/**
 * The error for a code that a broker answered. `where` names API, broker, topic and partition or group;
 * `brokerMessage` is what the broker added in words, if it did.
 */
export function brokerError(code: number, where: string, brokerMessage: string | null = null): BrokerError {
  return new BrokerError(errorRow(code), where, brokerMessage || null)
}
